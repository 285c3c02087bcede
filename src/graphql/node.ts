import type { Context } from './context.js'

/** Finds an object by its UUID. Null if it doesn't exist or the viewer may not see it. */
export type FindNode = (context: Context, id: string) => Promise<object | null>

const finders = new Map<string, FindNode>()

/** Lets `node` and `nodes` find objects of a type. */
export function reachableAsNode(typeName: string, find: FindNode): void {
  finders.set(typeName, find)
}

/** The function that finds objects of a type. Undefined for an unknown type. */
export function finderOf(typeName: string): FindNode | undefined {
  return finders.get(typeName)
}
