import './scalars.schema.js'
import '../permission/permission.schema.js'
import './refusals.schema.js'
import './node.schema.js'
import '../user/user.schema.js'
import '../user/user.mutations.js'
import '../org/org.schema.js'
import '../org/org.mutations.js'
import '../orgUser/orgUser.schema.js'
import '../orgUser/orgUser.mutations.js'
import '../orgInvite/orgInvite.schema.js'
import '../orgInvite/orgInvite.refusals.schema.js'
import '../orgInvite/orgInvitePreview.schema.js'
import '../orgInvite/sendInvite.mutations.js'
import '../orgInvite/endInvite.mutations.js'
import '../orgEvent/orgEvent.schema.js'
import '../orgEvent/orgEvent.subscriptions.js'
import '../emailDomain/emailDomain.schema.js'
import '../emailDomain/emailDomain.mutations.js'
import '../apiToken/apiToken.schema.js'
import '../apiToken/apiToken.mutations.js'
import { builder } from './builder.js'
import { resolveEachMutationAnew } from './eachMutationAnew.js'
import { releasedDirectives } from './releasedDirectives.js'

/**
 * The whole schema: the only place that knows every feature. Its directives are those of the released specification,
 * because older clients refuse a schema with locations that they don't know.
 */
export const schema = resolveEachMutationAnew(builder.toSchema({ directives: releasedDirectives }))
