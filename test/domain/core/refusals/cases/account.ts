import { foundOrg } from '../../../../support/mutate.js'
import { orgOf, tokenOf } from '../../../../support/people.js'
import { inactive, newAddress, none, type Scenes } from './fixture.js'

export const createApiToken = {
  CreateApiTokenPayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), name: 'a token', permissions: ['ORG_READ'] },
  }),
  NotFoundError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: none, name: 'a token', permissions: ['ORG_READ'] },
  }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.owner,
    input: { name: 'a token', permissions: ['ORG_READ'] },
  }),
  InvalidInputError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), name: '', permissions: ['ORG_READ'] },
  }),
  OrgNotActiveError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    await inactive(theatre, orgId)
    return { client: theatre.cast.owner, input: { orgId, name: 'a token', permissions: ['ORG_READ'] } }
  },
  LimitReachedError: async ({ tight }) => {
    const owner = await tight.person()
    const orgId = await foundOrg(owner)
    await tokenOf(tight, owner, ['ORG_READ'], orgId)
    return { client: owner, input: { orgId, name: 'a token', permissions: ['ORG_READ'] } }
  },
} satisfies Scenes

export const revokeApiToken = {
  RevokeApiTokenPayload: async ({ wide, cast }) => ({
    client: cast.owner,
    input: { apiTokenId: (await tokenOf(wide, cast.owner, ['ORG_READ'], await foundOrg(cast.owner))).id },
  }),
  NotFoundError: async ({ cast }) => ({ client: cast.owner, input: { apiTokenId: none } }),
  PermissionDeniedError: async ({ wide, cast }) => ({
    client: cast.admin,
    input: { apiTokenId: (await tokenOf(wide, cast.owner, ['ORG_READ'], await orgOf(cast))).id },
  }),
} satisfies Scenes

export const upsertUser = {
  UpsertUserPayload: async ({ wide }) => ({
    client: wide.instance,
    input: { subject: crypto.randomUUID(), email: newAddress(), emailVerified: true },
  }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.owner,
    input: { subject: crypto.randomUUID(), email: newAddress(), emailVerified: true },
  }),
  InvalidInputError: async ({ wide }) => ({
    client: wide.instance,
    input: { subject: crypto.randomUUID(), email: 'nobody', emailVerified: true },
  }),
} satisfies Scenes
