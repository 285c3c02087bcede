import type { Role } from '../../model/text.js'

/** Lowest first. */
const ranks: readonly Role[] = ['USER', 'ADMIN', 'OWNER']

/**
 * What to add and to take away so that `to` is a member's highest role. Lower roles stay: they give nothing more, and
 * taking them away would be a change that nobody asked for.
 */
export function roleChange(held: readonly Role[], to: Role): { add?: Role[]; remove?: Role[] } {
  const remove = held.filter((role) => ranks.indexOf(role) > ranks.indexOf(to))
  return {
    ...(held.includes(to) ? {} : { add: [to] }),
    ...(remove.length > 0 ? { remove } : {}),
  }
}
