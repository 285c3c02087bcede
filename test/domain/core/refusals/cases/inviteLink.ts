import { LINK_GUESSES_PER_MINUTE } from '../../../../../src/domain/inviteLinks/joinOrgByLink.js'
import { upsertAppRole } from '../../../../support/appRoles.js'
import { createLink, revokeLink } from '../../../../support/inviteLinks.js'
import { createOrg, join, mutate } from '../../../../support/mutate.js'
import { createOrgWith } from '../../../../support/people.js'
import { type Cases, deactivate, unknownLink, unknownOrg } from './fixture.js'

export const createOrgInviteLink = {
  CreateOrgInviteLinkPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner) },
  }),
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { orgId: unknownOrg } }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.user,
    input: { orgId: await createOrgWith(people) },
  }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), maxUses: 0 },
  }),
  RoleNotGrantableError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), roles: ['OWNER'] },
  }),
  AppRoleNotGrantableError: async ({ server, people }) => ({
    client: people.admin,
    input: {
      orgId: await createOrgWith(people),
      appRoleIds: [(await upsertAppRole(server, { assignableBy: 'OWNER' })).id],
    },
  }),
  LimitReachedError: async ({ people }) => {
    const orgId = await createOrg(people.owner)
    for (let made = 0; made < 20; made++) await createLink(people.owner, orgId)
    return { client: people.owner, input: { orgId } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId } }
  },
  IdempotencyKeyReusedError: async ({ people }) => {
    const input = { orgId: await createOrg(people.owner), idempotencyKey: crypto.randomUUID() }
    await createLink(people.owner, input.orgId, input)
    return { client: people.owner, input: { ...input, maxUses: 3 } }
  },
} satisfies Cases

export const revokeOrgInviteLink = {
  RevokeOrgInviteLinkPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgInviteLinkId: (await createLink(people.owner, await createOrg(people.owner))).id },
  }),
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { orgInviteLinkId: unknownLink } }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.user,
    input: { orgInviteLinkId: (await createLink(people.owner, await createOrgWith(people))).id },
  }),
  RoleNotGrantableError: async ({ server, people }) => {
    const appRole = await upsertAppRole(server, { assignableBy: 'OWNER' })
    const link = await createLink(people.owner, await createOrgWith(people), { appRoleIds: [appRole.id] })
    return { client: people.admin, input: { orgInviteLinkId: link.id } }
  },
  OrgInviteLinkEndedError: async ({ people }) => {
    const link = await createLink(people.owner, await createOrg(people.owner))
    await revokeLink(people.owner, link)
    return { client: people.owner, input: { orgInviteLinkId: link.id } }
  },
} satisfies Cases

export const joinOrgByLink = {
  JoinOrgByLinkPayload: async ({ server, people }) => ({
    client: await server.signUp(),
    input: { token: (await createLink(people.owner, await createOrg(people.owner))).token },
  }),
  NotFoundError: async ({ people }) => ({ client: people.outsider, input: { token: 'gl_nothing' } }),
  EmailNotVerifiedError: async ({ server, people }) => ({
    client: await server.signUp({ verified: false }),
    input: { token: (await createLink(people.owner, await createOrg(people.owner))).token },
  }),
  OrgInviteForAnotherUserError: async ({ people }) => {
    const link = await createLink(people.owner, await createOrg(people.owner), {
      emailDomains: ['elsewhere.example'],
    })
    return { client: people.outsider, input: { token: link.token } }
  },
  AlreadyOrgUserError: async ({ people }) => ({
    client: people.user,
    input: { token: (await createLink(people.owner, await createOrgWith(people))).token },
  }),
  OrgUserSuspendedError: async ({ people }) => {
    const orgId = await createOrgWith(people)
    const { token } = await createLink(people.owner, orgId)
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.user.id })
    return { client: people.user, input: { token } }
  },
  OrgInviteLinkEndedError: async ({ people }) => {
    const link = await createLink(people.owner, await createOrg(people.owner))
    await revokeLink(people.owner, link)
    return { client: people.outsider, input: { token: link.token } }
  },
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    for (let joined = 0; joined < 2; joined++) await join(owner, orgId, await limited.signUp())
    return { client: await limited.signUp(), input: { token: (await createLink(owner, orgId)).token } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const { token } = await createLink(fixture.people.owner, orgId)
    await deactivate(fixture, orgId)
    return { client: fixture.people.outsider, input: { token } }
  },
  RateLimitedError: async ({ server }) => {
    const [client, input] = [await server.signUp(), { token: 'gl_nothing' }]
    for (let tried = 0; tried < LINK_GUESSES_PER_MINUTE; tried++) await mutate(client, 'joinOrgByLink', input)
    return { client, input }
  },
} satisfies Cases
