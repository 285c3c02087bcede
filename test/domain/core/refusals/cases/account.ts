import { createOrg } from '../../../../support/mutate.js'
import { createOrgWith, createToken } from '../../../../support/people.js'
import { type Cases, deactivate, newAddress, unknownOrg, unknownUser } from './fixture.js'

export const createApiToken = {
  CreateApiTokenPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), name: 'a token', permissions: ['ORG_READ'] },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: unknownOrg, name: 'a token', permissions: ['ORG_READ'] },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.owner,
    input: { name: 'a token', permissions: ['ORG_READ'] },
  }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), name: '', permissions: ['ORG_READ'] },
  }),
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, name: 'a token', permissions: ['ORG_READ'] } }
  },
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    await createToken(limited, owner, ['ORG_READ'], orgId)
    return { client: owner, input: { orgId, name: 'a token', permissions: ['ORG_READ'] } }
  },
} satisfies Cases

export const revokeApiToken = {
  RevokeApiTokenPayload: async ({ server, people }) => ({
    client: people.owner,
    input: {
      apiTokenId: (await createToken(server, people.owner, ['ORG_READ'], await createOrg(people.owner))).id,
    },
  }),
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { apiTokenId: unknownOrg } }),
  PermissionDeniedError: async ({ server, people }) => ({
    client: people.admin,
    input: {
      apiTokenId: (await createToken(server, people.owner, ['ORG_READ'], await createOrgWith(people))).id,
    },
  }),
} satisfies Cases

export const upsertUser = {
  UpsertUserPayload: async ({ server }) => ({
    client: server.instance,
    input: { subject: crypto.randomUUID(), email: newAddress(), emailVerified: true },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.owner,
    input: { subject: crypto.randomUUID(), email: newAddress(), emailVerified: true },
  }),
  InvalidInputError: async ({ server }) => ({
    client: server.instance,
    input: { subject: crypto.randomUUID(), email: 'nobody', emailVerified: true },
  }),
} satisfies Cases

export const deleteUser = {
  DeleteUserPayload: async ({ server }) => ({
    client: server.instance,
    input: { userId: (await server.signUp()).id },
  }),
  NotFoundError: async ({ server }) => ({ client: server.instance, input: { userId: unknownUser } }),
  PermissionDeniedError: async ({ people }) => {
    await createOrgWith(people)
    return { client: people.user, input: { userId: people.admin.id } }
  },
  SoleOwnerError: async ({ server }) => {
    const client = await server.signUp()
    await createOrg(client)
    return { client, input: { userId: client.id } }
  },
} satisfies Cases
