import { expireNow } from '../../../../support/expireNow.js'
import { inviteByLink } from '../../../../support/inviteByLink.js'
import { createOrg, invite, join, mutate } from '../../../../support/mutate.js'
import { createOrgWith } from '../../../../support/people.js'
import type { TestPerson, TestServer } from '../../../../support/testServer.js'
import { type Cases, deactivate, newAddress, revokedInvite } from './fixture.js'
import { resendOrgInvite } from './sendInvite.js'

export const revokeOrgInvite = {
  RevokeOrgInvitePayload: resendOrgInvite.ResendOrgInvitePayload,
  NotFoundError: resendOrgInvite.NotFoundError,
  PermissionDeniedError: resendOrgInvite.PermissionDeniedError,
  RoleNotGrantableError: async ({ people }) => ({
    client: people.admin,
    input: {
      orgInviteId: await invite(people.owner, await createOrgWith(people), newAddress(), {
        roles: ['OWNER'],
      }),
    },
  }),
  OrgInviteNotPendingError: resendOrgInvite.OrgInviteNotPendingError,
} satisfies Cases

export const deleteOrgInvite = {
  DeleteOrgInvitePayload: resendOrgInvite.OrgInviteNotPendingError,
  NotFoundError: resendOrgInvite.NotFoundError,
  PermissionDeniedError: resendOrgInvite.PermissionDeniedError,
  InvalidInputError: resendOrgInvite.ResendOrgInvitePayload,
} satisfies Cases

export const declineOrgInvite = {
  DeclineOrgInvitePayload: async ({ server, people }) => {
    const client = await server.signUp()
    const orgInviteId = await invite(people.owner, await createOrg(people.owner), client.email)
    return { client, input: { invite: { orgInviteId } } }
  },
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { invite: { token: 'gi_nothing' } } }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.outsider,
    input: {
      invite: {
        orgInviteId: await invite(people.owner, await createOrg(people.owner), people.outsider.email),
      },
      userId: people.outsider.id,
    },
  }),
  OrgInviteNotPendingError: async ({ server, people }) => {
    const client = await server.signUp()
    const orgInviteId = await revokedInvite(people.owner, await createOrg(people.owner), client.email)
    return { client, input: { invite: { orgInviteId } } }
  },
  OrgInviteForAnotherUserError: async ({ people }) => ({
    client: people.admin,
    input: { invite: { orgInviteId: await invite(people.owner, await createOrgWith(people), newAddress()) } },
  }),
  EmailNotVerifiedError: async ({ server, people }) => {
    const unproven = await server.signUp({ verified: false })
    const orgInviteId = await invite(people.owner, await createOrg(people.owner), unproven.email)
    return { client: server.instance, input: { invite: { orgInviteId }, userId: unproven.id } }
  },
} satisfies Cases

const { DeclineOrgInvitePayload, ...refusals } = declineOrgInvite

export const acceptOrgInvite = {
  ...refusals,
  AcceptOrgInvitePayload: DeclineOrgInvitePayload,
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    for (let joined = 0; joined < 2; joined++) await join(owner, orgId, await limited.signUp())
    const client = await limited.signUp()
    return { client, input: { invite: { orgInviteId: await invite(owner, orgId, client.email) } } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const client = await fixture.server.signUp()
    const orgInviteId = await invite(fixture.people.owner, orgId, client.email)
    await deactivate(fixture, orgId)
    return { client, input: { invite: { orgInviteId } } }
  },
  OrgUserSuspendedError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    const client = await server.signUp()
    const orgInviteId = await invite(people.owner, orgId, client.email)
    await mutate(server.instance, 'addOrgUser', { orgId, userId: client.id })
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: client.id })
    return { client, input: { invite: { orgInviteId } } }
  },
} satisfies Cases

export const requestOrgInviteRenewal = {
  RequestOrgInviteRenewalPayload: async ({ server, people }) => ({
    client: server.nobody,
    input: { token: await expiredToken(server, people.owner) },
  }),
  NotFoundError: async ({ server }) => ({ client: await server.signUp(), input: { token: 'gi_nothing' } }),
  OrgInviteNotExpiredError: async ({ server, people }) => {
    const { token } = await inviteByLink(server, await createOrg(people.owner), { email: newAddress() })
    return { client: await server.signUp(), input: { token } }
  },
  RateLimitedError: async ({ server, people }) => {
    const client = await server.signUp()
    const input = { token: await expiredToken(server, people.owner) }
    await mutate(client, 'requestOrgInviteRenewal', input)
    return { client, input }
  },
} satisfies Cases

async function expiredToken(server: TestServer, owner: TestPerson): Promise<string> {
  const { orgInviteId, token } = await inviteByLink(server, await createOrg(owner), { email: newAddress() })
  await expireNow(server, orgInviteId)
  return token
}
