/** The fields that `...Refusal` selects. */
export interface Refusal {
  readonly __typename: `${string}Error`
  readonly message: string
  readonly issues?: ReadonlyArray<{ readonly path: string; readonly message: string }>
  readonly retryAfterSeconds?: number
}

/** The refusals in a mutation's union. */
export type RefusalOf<Result extends { readonly __typename: string }> = Extract<
  Result,
  { readonly __typename: `${string}Error` }
>

export function isRefusal<Result extends { readonly __typename: string }>(
  result: Result,
): result is RefusalOf<Result> {
  return result.__typename.endsWith('Error')
}

/** The refusal as one text: the server's message, its issues, and when to try again. */
export function refusalMessage(refusal: Refusal): string {
  const parts = [sentence(refusal.message)]
  for (const issue of refusal.issues ?? []) {
    if (!refusal.message.includes(issue.message)) parts.push(sentence(issue.message))
  }
  if (refusal.retryAfterSeconds !== undefined)
    parts.push(`Try again in ${formatWait(refusal.retryAfterSeconds)}.`)
  return parts.join(' ')
}

/** Messages by input field. The field's name is the last part of the path: `invitee.email` → `email`. */
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

function formatWait(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`
  return `${Math.ceil(seconds / 3600)} h`
}
