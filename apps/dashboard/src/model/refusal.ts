/** What `...Refusal` selects of any refusal. */
export interface Refusal {
  readonly __typename: `${string}Error`
  readonly message: string
  readonly issues?: ReadonlyArray<{ readonly path: string; readonly message: string }>
  readonly retryAfterSeconds?: number
}

/** The refusals among the members of a mutation's union. */
export type RefusalOf<Result extends { readonly __typename: string }> = Extract<
  Result,
  { readonly __typename: `${string}Error` }
>

export function isRefusal<Result extends { readonly __typename: string }>(
  result: Result,
): result is RefusalOf<Result> {
  return result.__typename.endsWith('Error')
}

/** The refusal as one text: the server's words, and what they leave to be said. */
export function refusalInWords(refusal: Refusal): string {
  const parts = [sentence(refusal.message)]
  for (const issue of refusal.issues ?? []) {
    if (!refusal.message.includes(issue.message)) parts.push(sentence(issue.message))
  }
  if (refusal.retryAfterSeconds !== undefined)
    parts.push(`Try again in ${waitInWords(refusal.retryAfterSeconds)}.`)
  return parts.join(' ')
}

/** Messages by the input's field, with the last part of the path as the field's name: `invitee.email` → `email`. */
export function issuesByField(refusal: Refusal): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const issue of refusal.issues ?? []) {
    const field = issue.path.split('.').findLast((part) => !/^\d+$/.test(part))
    if (field && !fields.has(field)) fields.set(field, sentence(issue.message))
  }
  return fields
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

function waitInWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`
  return `${Math.ceil(seconds / 3600)} h`
}
