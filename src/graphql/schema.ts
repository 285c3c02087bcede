import './types/scalars.js'
import './types/permission.js'
import './types/refusals.js'
import './types/node.js'
import './types/user.js'
import './mutations/user.js'
import './types/appRole.js'
import './mutations/appRole.js'
import './types/org.js'
import './types/orgQueries.js'
import './mutations/org.js'
import './types/orgUser.js'
import './mutations/orgUser.js'
import './types/orgInvite.js'
import './types/orgInvitePreview.js'
import './mutations/orgInvite.js'
import './mutations/answerOrgInvite.js'
import './types/orgEvent.js'
import './subscriptions/orgEvent.js'
import './types/emailDomain.js'
import './mutations/emailDomain.js'
import './types/apiToken.js'
import './mutations/apiToken.js'
import './mutations/orgAccessToken.js'
import { builder } from './builder.js'
import { clearContextBeforeMutations } from './clearContextBeforeMutations.js'
import { releasedDirectives } from './releasedDirectives.js'

/**
 * The whole schema. Only this file imports every type and mutation. Older clients reject a schema with directive
 * locations that they do not know, so the directives have only the locations of the released specification.
 */
export const schema = clearContextBeforeMutations(builder.toSchema({ directives: releasedDirectives }))
