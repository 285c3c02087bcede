import { upsertAppRole } from '../../../../support/appRoles.js'
import { createOrg, invite, join, mutate } from '../../../../support/mutate.js'
import { createOrgWith } from '../../../../support/people.js'
import {
  type Cases,
  deactivate,
  expiredInvite,
  newAddress,
  revokedInvite,
  unknownInvite,
  unknownOrg,
} from './fixture.js'

/** Cases of a single invite. */
export const createOrgInvite = {
  CreateOrgInvitePayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), invitee: { email: newAddress() } },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: unknownOrg, invitee: { email: newAddress() } },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.user,
    input: { orgId: await createOrgWith(people), invitee: { email: newAddress() } },
  }),
  RoleNotGrantableError: async ({ people }) => ({
    client: people.admin,
    input: { orgId: await createOrgWith(people), invitee: { email: newAddress() }, roles: ['OWNER'] },
  }),
  AppRoleNotGrantableError: async ({ server, people }) => ({
    client: people.admin,
    input: {
      orgId: await createOrgWith(people),
      invitee: { email: newAddress() },
      appRoleIds: [(await upsertAppRole(server, { assignableBy: 'OWNER' })).id],
    },
  }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), invitee: { email: 'a@b@c.example' } },
  }),
  AlreadyOrgUserError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrgWith(people), invitee: { email: people.user.email } },
  }),
  OrgInviteAlreadyPendingError: async ({ people }) => {
    const [orgId, email] = [await createOrg(people.owner), newAddress()]
    await invite(people.owner, orgId, email)
    return { client: people.owner, input: { orgId, invitee: { email } } }
  },
  EmailNotConfiguredError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), invitee: { email: newAddress() }, sendEmail: true },
  }),
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    for (let made = 0; made < 2; made++) await invite(owner, orgId, newAddress(), { sendEmail: false })
    return { client: owner, input: { orgId, invitee: { email: newAddress() } } }
  },
  RateLimitedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    for (let made = 0; made < 4; made++) {
      const orgInviteId = await invite(owner, orgId, newAddress(), { sendEmail: false })
      await mutate(owner, 'revokeOrgInvite', { orgInviteId })
    }
    return { client: owner, input: { orgId, invitee: { email: newAddress() } } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, invitee: { email: newAddress() } } }
  },
  IdempotencyKeyReusedError: async ({ people }) => {
    const [orgId, idempotencyKey] = [await createOrg(people.owner), crypto.randomUUID()]
    await invite(people.owner, orgId, newAddress(), { idempotencyKey })
    return { client: people.owner, input: { orgId, invitee: { email: newAddress() }, idempotencyKey } }
  },
} satisfies Cases

/** The same cases as a list of one invite. */
const inBulk =
  (testCase: Cases[string]): Cases[string] =>
  async (fixture) => {
    const { client, input } = await testCase(fixture)
    const { invitee, ...rest } = input
    return { client, input: { ...rest, invitees: [invitee] } }
  }

export const createOrgInvites = {
  CreateOrgInvitesPayload: inBulk(createOrgInvite.CreateOrgInvitePayload),
  NotFoundError: inBulk(createOrgInvite.NotFoundError),
  PermissionDeniedError: inBulk(createOrgInvite.PermissionDeniedError),
  RoleNotGrantableError: inBulk(createOrgInvite.RoleNotGrantableError),
  AppRoleNotGrantableError: inBulk(createOrgInvite.AppRoleNotGrantableError),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), invitees: [] },
  }),
  EmailNotConfiguredError: inBulk(createOrgInvite.EmailNotConfiguredError),
  OrgNotActiveError: inBulk(createOrgInvite.OrgNotActiveError),
  IdempotencyKeyReusedError: async ({ people }) => {
    const input = { orgId: await createOrg(people.owner), idempotencyKey: crypto.randomUUID() }
    await mutate(people.owner, 'createOrgInvites', { ...input, invitees: [{ email: newAddress() }] })
    return { client: people.owner, input: { ...input, invitees: [{ email: newAddress() }] } }
  },
} satisfies Cases

export const resendOrgInvite = {
  ResendOrgInvitePayload: async ({ people }) => ({
    client: people.owner,
    input: { orgInviteId: await invite(people.owner, await createOrg(people.owner), newAddress()) },
  }),
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { orgInviteId: unknownInvite } }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.user,
    input: { orgInviteId: await invite(people.owner, await createOrgWith(people), newAddress()) },
  }),
  RoleNotGrantableError: async ({ people }) => ({
    client: people.admin,
    input: {
      orgInviteId: await invite(people.owner, await createOrgWith(people), newAddress()),
      roles: ['OWNER'],
    },
  }),
  AppRoleNotGrantableError: async ({ server, people }) => ({
    client: people.admin,
    input: {
      orgInviteId: await invite(people.owner, await createOrgWith(people), newAddress(), {
        appRoleIds: [(await upsertAppRole(server, { assignableBy: 'OWNER' })).id],
      }),
    },
  }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: {
      orgInviteId: await invite(people.owner, await createOrg(people.owner), newAddress()),
      roles: [],
    },
  }),
  AlreadyOrgUserError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    const email = newAddress()
    const orgInviteId = await invite(people.owner, orgId, email)
    // The member joined by another address and changes to this one now.
    const member = await server.signUp({ issuedAt: 1_700_000_000 })
    await join(people.owner, orgId, member)
    await server.signUp({ subject: member.subject, name: member.name, email })
    return { client: people.owner, input: { orgInviteId } }
  },
  OrgInviteAlreadyPendingError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    const orgInviteId = await expiredInvite(server, people.owner, orgId)
    await mutate(people.owner, 'resendOrgInvite', { orgInviteId })
    return { client: people.owner, input: { orgInviteId } }
  },
  OrgInviteNotPendingError: async ({ people }) => ({
    client: people.owner,
    input: { orgInviteId: await revokedInvite(people.owner, await createOrg(people.owner)) },
  }),
  EmailNotConfiguredError: async ({ people }) => ({
    client: people.owner,
    input: {
      orgInviteId: await invite(people.owner, await createOrg(people.owner), newAddress()),
      sendEmail: true,
    },
  }),
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    const orgInviteId = await expiredInvite(limited, owner, orgId)
    for (let made = 0; made < 2; made++) await invite(owner, orgId, newAddress(), { sendEmail: false })
    return { client: owner, input: { orgInviteId } }
  },
  RateLimitedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgInviteId = await invite(owner, await createOrg(owner), newAddress())
    await mutate(owner, 'resendOrgInvite', { orgInviteId })
    return { client: owner, input: { orgInviteId } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const orgInviteId = await invite(fixture.people.owner, orgId, newAddress())
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgInviteId } }
  },
  IdempotencyKeyReusedError: async ({ people }) => {
    const orgInviteId = await invite(people.owner, await createOrg(people.owner), newAddress())
    const input = { orgInviteId, idempotencyKey: crypto.randomUUID() }
    await mutate(people.owner, 'resendOrgInvite', input)
    return { client: people.owner, input: { ...input, roles: ['ADMIN'] } }
  },
} satisfies Cases
