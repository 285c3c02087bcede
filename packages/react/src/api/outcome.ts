import { ApiError } from '@guildhall/client'
import type { Mutation } from './documents.js'
import type { Requests } from './requests.js'
import type { InviteStatus, Org } from './types.js'

/** Why a mutation said no. Tell refusals apart by `type`. */
export interface Refusal {
  /** The name of the error type, such as PermissionDeniedError. */
  readonly type: string
  /** The mutation that said no, such as acceptOrgInvite. */
  readonly mutation: string
  /** The server's sentence, in English. `useWords().refusal(...)` gives one in the words of the provider. */
  readonly message: string
  /** The inputs that are wrong. Only of InvalidInputError. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[]
  /** Only of RateLimitedError. */
  readonly retryAfterSeconds?: number
  /** Only of LimitReachedError: how many there may be. */
  readonly limit?: number
  /** Only of OrgInviteNotPendingError. */
  readonly inviteStatus?: InviteStatus
  /** Only of OrgNotActiveError. */
  readonly orgStatus?: Org['status']
}

/** What became of an action. `failed`: there was no answer, or the server had an error. */
export type Outcome<Payload> =
  | { readonly kind: 'done'; readonly payload: Payload }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly error: ApiError }

/** Runs a mutation. Never throws. */
export async function mutate<Payload, Input>(
  api: Requests,
  document: Mutation<Payload, Input>,
  input: Input,
): Promise<Outcome<Payload>> {
  try {
    const data = await api.query<Record<string, Answer<Payload>>>(document, { input })
    const [[mutation, answer] = []] = Object.entries(data)
    if (mutation === undefined || !answer) throw new ApiError('UNREADABLE', 'The mutation has no answer.')
    const { __typename: type, ...rest } = answer
    if (!type.endsWith('Error')) return { kind: 'done', payload: answer }
    return { kind: 'refused', refusal: { message: type, ...(rest as Partial<Refusal>), type, mutation } }
  } catch (error) {
    return { kind: 'failed', error: asApiError(error) }
  }
}

type Answer<Payload> = Payload & { readonly __typename: string }

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('UNREACHABLE', String(error))
}
