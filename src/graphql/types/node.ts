import { badUserInput } from '../../errors.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeAnyId } from '../globalId.js'
import { finderOf } from '../node.js'

const MAX_NODES = 100

async function visibleNode(context: Context, globalId: string) {
  const decoded = decodeAnyId(globalId)
  const find = decoded && finderOf(decoded.type)
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
