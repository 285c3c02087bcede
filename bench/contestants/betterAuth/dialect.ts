import { createHmac } from 'node:crypto'
import type { Dialect } from '../../dialect.js'
import { JWT_SECRET } from '../../people.js'
import { subjectOf } from '../../seed.js'
import { globalId, type Operation, uuidOf } from '../../workloads.js'

/** The rate limit counts by the address in x-forwarded-for. */
const ADDRESS = '198.51.100.7'

/** The cookies of each user: the session token, and the server's cookie cache. */
const cookies = new Map<number, string>()

function sessionCookie(user: number): string {
  const token = `session of ${subjectOf(user)}`
  const signature = createHmac('sha256', JWT_SECRET).update(token).digest('base64')
  return `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`
}

async function signIn(port: number, user: number): Promise<void> {
  const cookie = sessionCookie(user)
  const response = await fetch(`http://127.0.0.1:${port}/api/auth/get-session`, {
    headers: { cookie, 'x-forwarded-for': ADDRESS },
  })
  const cached = response.headers.getSetCookie().map((line) => line.split(';')[0])
  if ((await response.json()) === null || cached.length === 0) throw new Error(`no session for user ${user}`)
  const others = cached.filter((line) => !line?.startsWith('better-auth.session_token='))
  cookies.set(user, [cookie, ...others].join('; '))
}

const PATHS: Partial<Record<Operation, string>> = { Invite: 'invite-member', Accept: 'accept-invitation' }

/** REST with cookies. Roles and statuses are mapped to Guildhall's names. */
export const betterAuth: Dialect = {
  async signIn(port, users) {
    for (const user of users) await signIn(port, user)
  },

  // biome-ignore lint/suspicious/noExplicitAny: each operation has variables of its own
  request({ operation, variables, user }: { operation: Operation; variables: any; user: number }, port) {
    const { input } = variables
    return {
      path: `/api/auth/organization/${PATHS[operation]}`,
      headers: `cookie: ${cookies.get(user)}\r\norigin: http://127.0.0.1:${port}\r\nx-forwarded-for: ${ADDRESS}\r\n`,
      body: JSON.stringify(
        operation === 'Invite'
          ? { organizationId: uuidOf(input.orgId), email: input.invitee.email, role: 'member' }
          : { invitationId: uuidOf(input.invite.orgInviteId) },
      ),
    }
  },

  read(operation, answer) {
    if (operation === 'Invite') {
      const { id, email, role, status } = answer
      const orgInvite = {
        id: globalId('OrgInvite', id),
        email,
        roles: rolesOf(role),
        status: status.toUpperCase(),
      }
      return { createOrgInvite: { __typename: 'CreateOrgInvitePayload', orgInvite } }
    }
    const { invitation, member } = answer
    return {
      acceptOrgInvite: {
        __typename: 'AcceptOrgInvitePayload',
        orgInvite: { id: globalId('OrgInvite', invitation.id), status: invitation.status.toUpperCase() },
        orgUser: {
          id: globalId('OrgUser', member.id),
          roles: rolesOf(member.role),
          user: { id: globalId('User', member.userId) },
        },
      },
    }
  },
}

const rolesOf = (role: string) => (role === 'member' ? ['USER'] : ['USER', role.toUpperCase()])
