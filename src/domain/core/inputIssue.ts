/** One thing wrong with an input. `path` is dotted from the input's root: `invitee.email`. */
export type InputIssue = { readonly path: string; readonly message: string }

/** The issue with a list that has more items than it can have different ones; none where it hasn't. */
export const tooMany = (path: string, items: readonly unknown[], max: number): InputIssue[] =>
  items.length > max ? [{ path, message: `Must name ${max} at most.` }] : []

/**
 * What a parser answers: the value, to be trusted from here on, or why there is none. `message` is a
 * sentence for the person who typed it; it repeats nothing of what they typed.
 */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string }

export const parsed = <Value>(value: Value): Parsed<Value> => ({ ok: true, value })

export const refused = (message: string): { readonly ok: false; readonly message: string } => ({
  ok: false,
  message,
})
