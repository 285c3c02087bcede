import type { InviteDraft } from '@guildhall/react'
import { accept, invite, member, newcomer, orgIdOf, type Person, revoke } from './people.js'

/** Where a component is shown, and to whom. */
export interface Situation {
  readonly viewer: Person | null
  readonly orgId: string
  readonly token: string
  /** Who signs in on the page of an invite. */
  readonly invitee?: Person
  readonly endpoint?: string
  /** The app does not know yet who is signed in. */
  readonly isUndecided?: boolean
  /** An invite that has ended, to invite the same person again. */
  readonly again?: InviteDraft
}

export interface State {
  readonly label: string
  /** As an app writes it, if it is not as in the other states. */
  readonly jsx?: string
  prepare(): Promise<Situation>
}

export type States = Readonly<Record<string, State>>

const nothing: Situation = { viewer: null, orgId: '', token: '' }

const asMember = (label: string, role: 'OWNER' | 'ADMIN' | 'USER'): State => ({
  label,
  async prepare() {
    const viewer = await member(role)
    return { ...nothing, viewer, orgId: await orgIdOf(viewer) }
  },
})

/** The org of a situation is there, but the viewer is not in it. */
const orgOfOthers = async () => orgIdOf(await member('OWNER'))

const signedOut: State = {
  label: 'Nobody is signed in',
  prepare: async () => ({ ...nothing, orgId: await orgOfOthers() }),
}
const stranger: State = {
  label: 'Somebody who is in no org',
  prepare: async () => ({ ...nothing, viewer: await newcomer(), orgId: await orgOfOthers() }),
}
const loading: State = {
  label: 'Loading',
  prepare: async () => ({ ...nothing, orgId: await orgOfOthers(), isUndecided: true }),
}
const failing: State = {
  label: 'The server can’t be reached',
  prepare: async () => ({ ...nothing, orgId: await orgOfOthers(), endpoint: '/components/nowhere' }),
}

export const orgStates: States = {
  owner: asMember('Ada, an owner', 'OWNER'),
  admin: asMember('Ben, an admin', 'ADMIN'),
  member: asMember('Cleo, a member', 'USER'),
  stranger,
  'signed-out': signedOut,
  loading,
  failing,
}

export const invitePeopleStates: States = {
  ...orgStates,
  again: {
    label: 'Ada invites somebody again',
    jsx: '<InvitePeople orgId={orgId} invite={{ email, roles }} list={false} showOptions onInvited={append} />',
    async prepare() {
      const viewer = await member('OWNER')
      const { email } = await newcomer()
      return { ...nothing, viewer, orgId: await orgIdOf(viewer), again: { email, roles: ['ADMIN'] } }
    },
  },
}

export const pendingInvitesStates: States = {
  invited: {
    label: 'Somebody with two invites',
    async prepare() {
      const viewer = await newcomer()
      for (const orgName of ['Acme', 'Globex']) await invite(viewer.email, undefined, orgName)
      return { ...nothing, viewer }
    },
  },
  none: { label: 'Somebody without invites', prepare: stranger.prepare },
  'signed-out': signedOut,
  loading,
  failing,
}

/** An invite to somebody new, and what became of it. */
const invited = (
  label: string,
  { as, livesMs, after }: { as?: 'invitee' | 'other'; livesMs?: number; after?: After } = {},
): State => ({
  label,
  async prepare() {
    const invitee = await newcomer()
    const made = await invite(invitee.email, livesMs)
    await after?.(made, invitee)
    const viewer = as === 'invitee' ? invitee : as === 'other' ? await member('OWNER') : null
    return { ...nothing, viewer, token: made.token, invitee }
  },
})
type After = (made: Awaited<ReturnType<typeof invite>>, invitee: Person) => Promise<void>

const SHORT_MS = 1_500
const untilExpired = () => new Promise<void>((resolve) => setTimeout(resolve, SHORT_MS + 500))

/** Without a token there is nothing to load. */
const atLink = ({ label, prepare }: State): State => ({
  label,
  prepare: async () => ({ ...(await prepare()), token: 'gi_unknown' }),
})

export const invitePageStates: States = {
  visitor: invited('A visitor with the link'),
  invitee: invited('The invitee, signed in', { as: 'invitee' }),
  other: invited('Somebody else, signed in', { as: 'other' }),
  expired: invited('The invite has expired', { livesMs: SHORT_MS, after: untilExpired }),
  revoked: invited('The invite was revoked', { after: revoke }),
  accepted: invited('The invite was accepted', { after: (made, invitee) => accept(invitee, made) }),
  unknown: { label: 'The link is unknown', prepare: async () => ({ ...nothing, token: 'gi_unknown' }) },
  loading: atLink(loading),
  failing: atLink(failing),
}
