import type { Context } from './context.js'

/** Finds one thing by its UUID: null where there is none, or the viewer may not see it. */
export type FindNode = (context: Context, id: string) => Promise<object | null>

const finders = new Map<string, FindNode>()

/** Makes a type reachable by `node` and `nodes`, each feature its own. */
export function reachableAsNode(typeName: string, find: FindNode): void {
  finders.set(typeName, find)
}

/** How a type is found, undefined for one that is none of ours. */
export function finderOf(typeName: string): FindNode | undefined {
  return finders.get(typeName)
}
