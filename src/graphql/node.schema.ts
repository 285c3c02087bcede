import { visibleApiToken } from '../apiToken/apiToken.schema.js'
import { visibleEmailDomain } from '../emailDomain/emailDomain.schema.js'
import { visibleOrg } from '../org/org.loaders.js'
import { visibleInvite } from '../orgInvite/orgInvite.loaders.js'
import { visibleOrgUser } from '../orgUser/orgUser.schema.js'
import { visibleUser } from '../user/user.schema.js'
import { builder } from './builder.js'
import type { Context } from './context.js'
import { badUserInput } from './errors.js'
import { decodeAnyId } from './globalId.js'

/** How each type is found by id, with what the viewer may not see left out. */
const finders: Record<string, (context: Context, id: string) => Promise<object | null>> = {
  Org: visibleOrg,
  OrgUser: visibleOrgUser,
  OrgInvite: visibleInvite,
  User: visibleUser,
  OrgEmailDomain: visibleEmailDomain,
  ApiToken: visibleApiToken,
}

const MAX_NODES = 100

async function visibleNode(context: Context, globalId: string) {
  const decoded = decodeAnyId(globalId)
  const find = decoded && finders[decoded.type]
  const found = find && (await find(context, decoded.uuid))
  return found ? { __typename: decoded.type, ...found } : null
}

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Global id of anything.' }) },
    description: 'Anything by its id; null where there is none or the viewer may not see it.',
    resolve: (_root, { id }, context) => visibleNode(context, id),
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    args: { ids: t.arg.idList({ required: true, description: `Global ids, ${MAX_NODES} at most.` }) },
    description: 'As `node`, for many: one answer for each id, in the order given.',
    resolve: (_root, { ids }, context) => {
      if (ids.length > MAX_NODES) throw badUserInput(`\`ids\` can have ${MAX_NODES} at most.`)
      return Promise.all(ids.map((id) => visibleNode(context, id)))
    },
  }),
}))
