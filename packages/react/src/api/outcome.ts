import { ApiError } from '@guildhall/client'
import type { RefusalFragment } from '../generated/documents.js'
import type { Document } from './document.js'
import type { TypedRequests } from './requests.js'

type RefusalOf<Type extends RefusalFragment['__typename']> = Extract<
  RefusalFragment,
  { readonly __typename: Type }
>

/** Why a mutation said no. Tell refusals apart by `type`. */
export interface Refusal {
  /** The name of the error type, such as PermissionDeniedError. */
  readonly type: string
  /** The mutation that said no, such as acceptOrgInvite. */
  readonly mutation: string
  /** The server's sentence, in English. `useWords().refusal(...)` gives one in the words of the provider. */
  readonly message: string
  /** The inputs that are wrong. Only of InvalidInputError. */
  readonly issues?: RefusalOf<'InvalidInputError'>['issues']
  /** Only of RateLimitedError. */
  readonly retryAfterSeconds?: RefusalOf<'RateLimitedError'>['retryAfterSeconds']
  /** Only of LimitReachedError: how many there may be. */
  readonly limit?: RefusalOf<'LimitReachedError'>['limit']
  /** Only of PermissionDeniedError: which one is missing. */
  readonly permission?: RefusalOf<'PermissionDeniedError'>['permission']
  /** Only of RoleNotGrantableError: the role that the viewer may not give. */
  readonly role?: RefusalOf<'RoleNotGrantableError'>['role']
  /** Only of AppRoleNotGrantableError: the role of the host application. */
  readonly appRole?: RefusalOf<'AppRoleNotGrantableError'>['appRole']
  /** Only of OrgInviteNotPendingError. */
  readonly inviteStatus?: RefusalOf<'OrgInviteNotPendingError'>['inviteStatus']
  /** Only of OrgNotActiveError. */
  readonly orgStatus?: RefusalOf<'OrgNotActiveError'>['orgStatus']
}

/** What became of an action. `failed`: there was no answer, or the server had an error. */
export type Outcome<Payload> =
  | { readonly kind: 'done'; readonly payload: Payload }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly error: ApiError }

/** The data of a mutation with one field: a payload, or a refusal. */
export type Answer = Readonly<Record<string, { readonly __typename: string }>>

export type Mutation<Data extends Answer, Input> = Document<Data, { readonly input: Input }>

/** What a mutation answers when it is done. */
export type PayloadOf<Data extends Answer> = Extract<
  Data[keyof Data],
  { readonly __typename: `${string}Payload` }
>

/** Runs a mutation. Never throws. */
export async function mutate<Data extends Answer, Input>(
  api: TypedRequests,
  document: Mutation<Data, Input>,
  input: Input,
): Promise<Outcome<PayloadOf<Data>>> {
  try {
    const [[mutation, answer] = []] = Object.entries(await api.query(document, { input }))
    if (mutation === undefined || !answer) throw new ApiError('UNREADABLE', 'The mutation has no answer.')
    return outcomeOf<PayloadOf<Data>>(mutation, answer)
  } catch (error) {
    return { kind: 'failed', error: asApiError(error) }
  }
}

/** @param answer a payload or a refusal of the mutation */
export function outcomeOf<Payload>(
  mutation: string,
  answer: { readonly __typename: string },
): Outcome<Payload> {
  const { __typename: type, ...rest } = answer
  if (!type.endsWith('Error')) return { kind: 'done', payload: answer as Payload }
  return { kind: 'refused', refusal: { message: type, ...(rest as Partial<Refusal>), type, mutation } }
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('UNREACHABLE', String(error))
}
