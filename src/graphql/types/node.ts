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
    args: { id: t.arg.id({ required: true, description: 'Global id of an object of any type.' }) },
    description: 'An object by its id. Null if it doesn’t exist or the viewer may not see it.',
    resolve: (_root, { id }, context) => visibleNode(context, id),
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    args: { ids: t.arg.idList({ required: true, description: `Global ids, at most ${MAX_NODES}.` }) },
    description: 'As `node` for several ids: one result for each id, in the order given.',
    resolve: (_root, { ids }, context) => {
      if (ids.length > MAX_NODES) throw badUserInput(`\`ids\` can have ${MAX_NODES} at most.`)
      return Promise.all(ids.map((id) => visibleNode(context, id)))
    },
  }),
}))
