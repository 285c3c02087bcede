import { createOrg, mutate } from '../../../../support/mutate.js'
import { type Cases, unknownOrg } from './fixture.js'

export const createOrgAccessToken = {
  CreateOrgAccessTokenPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner) },
  }),
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { orgId: unknownOrg } }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), audience: 'nobody' },
  }),
  RateLimitedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const input = { orgId: await createOrg(owner) }
    await mutate(owner, 'createOrgAccessToken', input)
    return { client: owner, input }
  },
} satisfies Cases
