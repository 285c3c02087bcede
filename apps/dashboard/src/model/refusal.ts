import type { Permission, RefusalFragment } from '../../../../operations/generated/graphql.js'
import type { LimitedThing, RefusalDetails, RefusalTypename } from '../words/en.js'
import { type Words, words } from '../words/words.js'
import { inSeconds } from './time.js'

/** The fields that `...Refusal` selects. A newer server may have types that this page doesn't know. */
export type Refusal = { readonly __typename: `${string}Error`; readonly message: string } & Partial<
  Omit<AllFields<RefusalFragment>, '__typename' | 'message'>
>

/** The fields of all members of a union. */
type AllFields<Union> = {
  [Field in Union extends unknown ? keyof Union : never]: Union extends { [F in Field]: infer Value }
    ? Value
    : never
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

/** What the limit is about depends on what was tried. */
const limitedBy: Record<string, LimitedThing> = {
  acceptOrgInvite: 'seats',
  addOrgUser: 'seats',
  approveOrgJoinRequest: 'seats',
  bindEmailDomain: 'domains',
  createApiToken: 'apiTokens',
  createOrgInvite: 'pendingInvites',
  createOrgInviteLink: 'inviteLinks',
  createOrgInvites: 'pendingInvites',
  createWebhook: 'webhooks',
  joinOrgByLink: 'seats',
  reinstateOrgUser: 'seats',
  requestToJoinOrg: 'seats',
  resendOrgInvite: 'pendingInvites',
}

/**
 * Why something was refused, as a sentence for the person who tried it. It goes by the refusal's type, and by the path
 * of each wrong input: the server's own messages are for programmers.
 * @param mutation its field in the API: some refusals mean different things in different mutations
 */
export function refusalMessage(refusal: Refusal, mutation?: string): string {
  if (refusal.issues && refusal.issues.length > 0)
    return [...new Set(refusal.issues.map(({ path }) => fieldMessage(path)))].join(' ')
  const w = words().refusals
  const said = Object.hasOwn(w.byType, refusal.__typename)
    ? w.byType[refusal.__typename as RefusalTypename]
    : w.unknown
  return typeof said === 'string' ? said : said(detailsOf(refusal, mutation))
}

function detailsOf(refusal: Refusal, mutation?: string): RefusalDetails {
  const { permissions, roles } = words()
  const { permission, role, retryAfterSeconds } = refusal
  return {
    permission: permission && nameOf(permission, permissions.names),
    role: role && roles.as[role],
    appRole: refusal.appRole?.name,
    limit: refusal.limit,
    limitOf: mutation === undefined ? undefined : limitedBy[mutation],
    wait: retryAfterSeconds === undefined ? undefined : inSeconds(retryAfterSeconds),
    inviteStatus: refusal.inviteStatus,
    requestStatus: refusal.requestStatus,
    linkStatus: refusal.linkStatus,
    orgStatus: refusal.orgStatus,
  }
}

/** Undefined of a permission that this page doesn't know yet. */
function nameOf(permission: Permission, names: Partial<Words['permissions']['names']>): string | undefined {
  return names[permission]?.[0]
}

/** What each input field must be, by its name. The name is the last part of the path: `invitee.email` → `email`. */
export function issuesByField(refusal: Refusal): ReadonlyMap<string, string> {
  return new Map((refusal.issues ?? []).map(({ path }) => [fieldOf(path), fieldMessage(path)]))
}

function fieldMessage(path: string): string {
  const { byField, unknownField } = words().refusals
  return byField[fieldOf(path)] ?? unknownField
}

function fieldOf(path: string): string {
  return path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path
}
