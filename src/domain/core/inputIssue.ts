/** One thing that is wrong with an input. `path` is written with dots from the root of the input: `invitee.email`. */
export type InputIssue = { readonly path: string; readonly message: string }

/** The issue of a list that is too long, or none. */
export const tooMany = (path: string, items: readonly unknown[], max: number): InputIssue[] =>
  items.length > max ? [{ path, message: `Must name ${max} at most.` }] : []

/**
 * The result of a parser: a value that needs no further check, or the reason why there is none. `message` is a
 * sentence for the person who typed the text. It repeats nothing of the text.
 */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string }

export const parsed = <Value>(value: Value): Parsed<Value> => ({ ok: true, value })

export const refused = (message: string): { readonly ok: false; readonly message: string } => ({
  ok: false,
  message,
})
