import { upsertAppRole } from '../../../../support/appRoles.js'
import {
  allowRequests,
  askedBy,
  decline,
  newAsker,
  newRequest,
  withdraw,
} from '../../../../support/joinRequests.js'
import { createOrg, join, mutate } from '../../../../support/mutate.js'
import { createOrgWith } from '../../../../support/people.js'
import { type Cases, deactivate, unknownOrg, unknownRequest } from './fixture.js'

export const requestToJoinOrg = {
  RequestToJoinOrgPayload: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    return { client: await newAsker(server, orgId), input: { orgId } }
  },
  NotFoundError: async ({ people }) => ({ client: people.outsider, input: { orgId: unknownOrg } }),
  InvalidInputError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    return { client: await newAsker(server, orgId), input: { orgId, message: 'x'.repeat(501) } }
  },
  AlreadyOrgUserError: async ({ people }) => ({
    client: people.user,
    input: { orgId: await createOrgWith(people) },
  }),
  OrgUserSuspendedError: async ({ people }) => {
    const orgId = await createOrgWith(people)
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.user.id })
    return { client: people.user, input: { orgId } }
  },
  OrgJoinRequestAlreadyPendingError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    const { person } = await askedBy(server, orgId)
    return { client: person, input: { orgId } }
  },
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    for (let joined = 0; joined < 2; joined++) await join(owner, orgId, await limited.signUp())
    return { client: await newAsker(limited, orgId, 'AUTO'), input: { orgId } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const client = await newAsker(fixture.server, orgId)
    await deactivate(fixture, orgId)
    return { client, input: { orgId } }
  },
  RateLimitedError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    const client = await newAsker(server, orgId)
    for (let made = 0; made < 10; made++) await withdraw(client, await newRequest(client, orgId))
    return { client, input: { orgId } }
  },
} satisfies Cases

export const approveOrgJoinRequest = {
  ApproveOrgJoinRequestPayload: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrg(people.owner))
    return { client: people.owner, input: { orgJoinRequestId } }
  },
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgJoinRequestId: unknownRequest },
  }),
  PermissionDeniedError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrgWith(people))
    return { client: people.user, input: { orgJoinRequestId } }
  },
  InvalidInputError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrg(people.owner))
    return { client: people.owner, input: { orgJoinRequestId, roles: [] } }
  },
  RoleNotGrantableError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrgWith(people))
    return { client: people.admin, input: { orgJoinRequestId, roles: ['OWNER'] } }
  },
  AppRoleNotGrantableError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrgWith(people))
    const appRoleIds = [(await upsertAppRole(server, { assignableBy: 'OWNER' })).id]
    return { client: people.admin, input: { orgJoinRequestId, appRoleIds } }
  },
  OrgJoinRequestNotPendingError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrg(people.owner))
    await decline(people.owner, orgJoinRequestId)
    return { client: people.owner, input: { orgJoinRequestId } }
  },
  AlreadyOrgUserError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(server, orgId)
    await join(people.owner, orgId, person)
    return { client: people.owner, input: { orgJoinRequestId }, changes: true }
  },
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    const { orgJoinRequestId } = await askedBy(limited, orgId)
    for (let joined = 0; joined < 2; joined++) await join(owner, orgId, await limited.signUp())
    return { client: owner, input: { orgJoinRequestId } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const { orgJoinRequestId } = await askedBy(fixture.server, orgId)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgJoinRequestId } }
  },
} satisfies Cases

export const declineOrgJoinRequest = {
  DeclineOrgJoinRequestPayload: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrg(people.owner))
    return { client: people.owner, input: { orgJoinRequestId } }
  },
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgJoinRequestId: unknownRequest },
  }),
  PermissionDeniedError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrgWith(people))
    return { client: people.user, input: { orgJoinRequestId } }
  },
  OrgJoinRequestNotPendingError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrg(people.owner))
    await decline(people.owner, orgJoinRequestId)
    return { client: people.owner, input: { orgJoinRequestId } }
  },
} satisfies Cases

export const withdrawOrgJoinRequest = {
  WithdrawOrgJoinRequestPayload: async ({ server, people }) => {
    const { person, orgJoinRequestId } = await askedBy(server, await createOrg(people.owner))
    return { client: person, input: { orgJoinRequestId } }
  },
  NotFoundError: async ({ server, people }) => {
    const { orgJoinRequestId } = await askedBy(server, await createOrg(people.owner))
    return { client: people.owner, input: { orgJoinRequestId } }
  },
  OrgJoinRequestNotPendingError: async ({ server, people }) => {
    const orgId = await createOrg(people.owner)
    const { person, orgJoinRequestId } = await askedBy(server, orgId)
    await allowRequests(server, orgId, person, 'OFF')
    await withdraw(person, orgJoinRequestId)
    return { client: person, input: { orgJoinRequestId } }
  },
} satisfies Cases
