import { act, foundOrg, invite, join } from '../../../../support/mutate.js'
import { orgOf } from '../../../../support/people.js'
import { expired, inactive, newAddress, noInvite, none, revoked, type Scenes } from './fixture.js'

/** What becomes of one invite. */
export const createOrgInvite = {
  CreateOrgInvitePayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), invitee: { email: newAddress() } },
  }),
  NotFoundError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: none, invitee: { email: newAddress() } },
  }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.user,
    input: { orgId: await orgOf(cast), invitee: { email: newAddress() } },
  }),
  RoleNotGrantableError: async ({ cast }) => ({
    client: cast.admin,
    input: { orgId: await orgOf(cast), invitee: { email: newAddress() }, roles: ['OWNER'] },
  }),
  InvalidInputError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), invitee: { email: 'a@b@c.example' } },
  }),
  AlreadyOrgUserError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await orgOf(cast), invitee: { email: cast.user.email } },
  }),
  OrgInviteAlreadyPendingError: async ({ cast }) => {
    const [orgId, email] = [await foundOrg(cast.owner), newAddress()]
    await invite(cast.owner, orgId, email)
    return { client: cast.owner, input: { orgId, invitee: { email } } }
  },
  EmailNotConfiguredError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), invitee: { email: newAddress() }, sendEmail: true },
  }),
  LimitReachedError: async ({ tight }) => {
    const owner = await tight.person()
    const orgId = await foundOrg(owner)
    for (let made = 0; made < 2; made++) await invite(owner, orgId, newAddress(), { sendEmail: false })
    return { client: owner, input: { orgId, invitee: { email: newAddress() } } }
  },
  RateLimitedError: async ({ tight }) => {
    const owner = await tight.person()
    const orgId = await foundOrg(owner)
    for (let made = 0; made < 4; made++) {
      const orgInviteId = await invite(owner, orgId, newAddress(), { sendEmail: false })
      await act(owner, 'revokeOrgInvite', { orgInviteId })
    }
    return { client: owner, input: { orgId, invitee: { email: newAddress() } } }
  },
  OrgNotActiveError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    await inactive(theatre, orgId)
    return { client: theatre.cast.owner, input: { orgId, invitee: { email: newAddress() } } }
  },
} satisfies Scenes

/** The same with a list of one. */
const inBulk =
  (scene: Scenes[string]): Scenes[string] =>
  async (theatre) => {
    const { client, input } = await scene(theatre)
    const { invitee, ...rest } = input
    return { client, input: { ...rest, invitees: [invitee] } }
  }

export const createOrgInvites = {
  CreateOrgInvitesPayload: inBulk(createOrgInvite.CreateOrgInvitePayload),
  NotFoundError: inBulk(createOrgInvite.NotFoundError),
  PermissionDeniedError: inBulk(createOrgInvite.PermissionDeniedError),
  RoleNotGrantableError: inBulk(createOrgInvite.RoleNotGrantableError),
  InvalidInputError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), invitees: [] },
  }),
  EmailNotConfiguredError: inBulk(createOrgInvite.EmailNotConfiguredError),
  OrgNotActiveError: inBulk(createOrgInvite.OrgNotActiveError),
} satisfies Scenes

export const resendOrgInvite = {
  ResendOrgInvitePayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgInviteId: await invite(cast.owner, await foundOrg(cast.owner), newAddress()) },
  }),
  NotFoundError: async ({ cast }) => ({ client: cast.owner, input: { orgInviteId: noInvite } }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.user,
    input: { orgInviteId: await invite(cast.owner, await orgOf(cast), newAddress()) },
  }),
  RoleNotGrantableError: async ({ cast }) => ({
    client: cast.admin,
    input: { orgInviteId: await invite(cast.owner, await orgOf(cast), newAddress()), roles: ['OWNER'] },
  }),
  InvalidInputError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgInviteId: await invite(cast.owner, await foundOrg(cast.owner), newAddress()), roles: [] },
  }),
  AlreadyOrgUserError: async ({ wide, cast }) => {
    const orgId = await foundOrg(cast.owner)
    const email = newAddress()
    const orgInviteId = await invite(cast.owner, orgId, email)
    // A member by another address, who has this one from now on.
    const member = await wide.person({ issuedAt: 1_700_000_000 })
    await join(cast.owner, orgId, member)
    await wide.person({ subject: member.subject, name: member.name, email })
    return { client: cast.owner, input: { orgInviteId } }
  },
  OrgInviteAlreadyPendingError: async ({ wide, cast }) => {
    const orgId = await foundOrg(cast.owner)
    const orgInviteId = await expired(wide, cast.owner, orgId)
    await act(cast.owner, 'resendOrgInvite', { orgInviteId })
    return { client: cast.owner, input: { orgInviteId } }
  },
  OrgInviteNotPendingError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgInviteId: await revoked(cast.owner, await foundOrg(cast.owner)) },
  }),
  EmailNotConfiguredError: async ({ cast }) => ({
    client: cast.owner,
    input: {
      orgInviteId: await invite(cast.owner, await foundOrg(cast.owner), newAddress()),
      sendEmail: true,
    },
  }),
  LimitReachedError: async ({ tight }) => {
    const owner = await tight.person()
    const orgId = await foundOrg(owner)
    const orgInviteId = await expired(tight, owner, orgId)
    for (let made = 0; made < 2; made++) await invite(owner, orgId, newAddress(), { sendEmail: false })
    return { client: owner, input: { orgInviteId } }
  },
  RateLimitedError: async ({ tight }) => {
    const owner = await tight.person()
    const orgInviteId = await invite(owner, await foundOrg(owner), newAddress())
    await act(owner, 'resendOrgInvite', { orgInviteId })
    return { client: owner, input: { orgInviteId } }
  },
  OrgNotActiveError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    const orgInviteId = await invite(theatre.cast.owner, orgId, newAddress())
    await inactive(theatre, orgId)
    return { client: theatre.cast.owner, input: { orgInviteId } }
  },
} satisfies Scenes
