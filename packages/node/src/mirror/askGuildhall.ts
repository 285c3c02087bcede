import type { OrgRole } from '../accessToken/verifyAccessToken.js'
import { type OneMember, oneMember, type Query } from './documents.js'
import { MirrorError } from './mirrorError.js'

/** So many different members at once. More questions are refused, so that an outage does not pile them up. */
const MAX_ASKING = 100

/** What a member may do, as the API says. Empty for who is no member, or is suspended. */
export interface Answer {
  readonly roles: readonly OrgRole[]
  readonly appRoles: readonly string[]
  readonly appPermissions: ReadonlySet<string>
}

/** Asks the API what a member may do. Those who ask the same at the same time share one request. */
export function askGuildhall(query: Query): (userId: string, orgId: string) => Promise<Answer> {
  const asking = new Map<string, Promise<Answer>>()

  async function read(userId: string, orgId: string): Promise<Answer> {
    const { orgUser } = await query<OneMember>(oneMember, { orgId, userId })
    const { roles, appRoles } = orgUser?.status === 'ACTIVE' ? orgUser : { roles: [], appRoles: [] }
    return {
      roles,
      appRoles: appRoles.map(({ key }) => key),
      appPermissions: new Set(appRoles.flatMap(({ permissions }) => permissions)),
    }
  }

  return (userId, orgId) => {
    const key = `${orgId} ${userId}`
    const asked = asking.get(key)
    if (asked) return asked
    if (asking.size >= MAX_ASKING)
      return Promise.reject(new MirrorError('STALE', 'Too many questions wait for Guildhall’s answer.'))
    const answer = read(userId, orgId).finally(() => asking.delete(key))
    asking.set(key, answer)
    return answer
  }
}
