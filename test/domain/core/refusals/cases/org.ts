import { mutate, createOrg as newOrg } from '../../../../support/mutate.js'
import { createOrgWith, createToken } from '../../../../support/people.js'
import {
  type Cases,
  deactivate,
  domainOfAnotherOrg,
  newName,
  newSlug,
  unknownOrg,
  unknownUser,
} from './fixture.js'

export const createOrg = {
  CreateOrgPayload: async ({ people }) => ({ client: people.outsider, input: { name: newName() } }),
  NotFoundError: async ({ server }) => ({
    client: server.instance,
    input: { name: newName(), ownerId: unknownUser },
  }),
  InvalidInputError: async ({ people }) => ({ client: people.outsider, input: { name: ' ' } }),
  OrgNameTakenError: async ({ people }) => {
    const name = newName()
    await newOrg(people.owner, { name })
    return { client: people.outsider, input: { name: name.toUpperCase() } }
  },
  PermissionDeniedError: async ({ server, people }) => ({
    client: await createToken(server, server.instance, ['ORG_READ']),
    input: { name: newName(), ownerId: people.owner.id },
  }),
  EmailNotVerifiedError: async ({ server }) => ({
    client: await server.signUp({ verified: false }),
    input: { name: newName(), bindEmailDomain: true },
  }),
  EmailDomainTakenError: async (fixture) => {
    const email = `me@${await domainOfAnotherOrg(fixture)}`
    return {
      client: await fixture.server.signUp({ email }),
      input: { name: newName(), bindEmailDomain: true },
    }
  },
  EmailDomainNotAllowedError: async ({ server }) => ({
    client: await server.signUp({ email: `${crypto.randomUUID()}@gmail.com` }),
    input: { name: newName(), bindEmailDomain: true },
  }),
  RateLimitedError: async ({ limited }) => {
    const client = await limited.signUp()
    for (let made = 0; made < 3; made++) await newOrg(client)
    return { client, input: { name: newName() } }
  },
  OrgSlugTakenError: async ({ people }) => {
    const slug = newSlug()
    await newOrg(people.owner, { slug })
    return { client: people.outsider, input: { name: newName(), slug } }
  },
  OrgExternalIdTakenError: async ({ server, people }) => {
    const input = { ownerId: people.owner.id, externalId: crypto.randomUUID() }
    await mutate(server.instance, 'createOrg', { name: newName(), ...input })
    return { client: server.instance, input: { name: newName(), ...input } }
  },
  IdempotencyKeyReusedError: async ({ people }) => {
    const idempotencyKey = crypto.randomUUID()
    await newOrg(people.owner, { idempotencyKey })
    return { client: people.owner, input: { name: newName(), idempotencyKey } }
  },
} satisfies Cases

export const updateOrg = {
  UpdateOrgPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await newOrg(people.owner), name: newName() },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: unknownOrg, name: newName() },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await newOrg(people.owner), tier: 'PREMIUM' },
  }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await newOrg(people.owner) },
  }),
  OrgNameTakenError: async ({ people }) => {
    const name = newName()
    await newOrg(people.outsider, { name })
    return {
      client: people.owner,
      input: { orgId: await newOrg(people.owner), name: ` ${name.toLowerCase()} ` },
    }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await newOrg(fixture.people.owner)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, name: newName() } }
  },
  OrgSlugTakenError: async ({ people }) => {
    const slug = newSlug()
    await newOrg(people.outsider, { slug })
    return { client: people.owner, input: { orgId: await newOrg(people.owner), slug } }
  },
  OrgExternalIdTakenError: async ({ server, people }) => {
    const externalId = crypto.randomUUID()
    const [orgId, another] = [await newOrg(people.owner), await newOrg(people.owner)]
    await mutate(server.instance, 'updateOrg', { orgId: another, externalId })
    return { client: server.instance, input: { orgId, externalId } }
  },
} satisfies Cases

export const deleteOrg = {
  DeleteOrgPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await newOrg(people.owner) },
  }),
  NotFoundError: async ({ people }) => ({ client: people.owner, input: { orgId: unknownOrg } }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.admin,
    input: { orgId: await createOrgWith(people) },
  }),
  OrgHasResourcesError: async ({ server, people }) => {
    const orgId = await newOrg(people.owner)
    await mutate(server.instance, 'setOrgResourceCount', { orgId, kind: 'robots', count: 2 })
    return { client: people.owner, input: { orgId } }
  },
} satisfies Cases

export const setOrgResourceCount = {
  SetOrgResourceCountPayload: async ({ server, people }) => ({
    client: server.instance,
    input: { orgId: await newOrg(people.owner), kind: 'robots', count: 2 },
  }),
  NotFoundError: async ({ server }) => ({
    client: server.instance,
    input: { orgId: unknownOrg, kind: 'robots', count: 2 },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await newOrg(people.owner), kind: 'robots', count: 2 },
  }),
  InvalidInputError: async ({ server, people }) => ({
    client: server.instance,
    input: { orgId: await newOrg(people.owner), kind: 'robots', count: -1 },
  }),
} satisfies Cases
