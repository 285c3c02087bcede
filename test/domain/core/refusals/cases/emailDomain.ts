import { createOrg, mutate } from '../../../../support/mutate.js'
import { createOrgWith } from '../../../../support/people.js'
import { bindDomain, type Cases, deactivate, domainOfAnotherOrg, newDomain, unknownOrg } from './fixture.js'

export const bindEmailDomain = {
  BindEmailDomainPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), domain: newDomain() },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: unknownOrg, domain: newDomain() },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.admin,
    input: { orgId: await createOrgWith(people), domain: newDomain() },
  }),
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), domain: 'no domain' },
  }),
  EmailDomainTakenError: async (fixture) => ({
    client: fixture.people.owner,
    input: { orgId: await createOrg(fixture.people.owner), domain: await domainOfAnotherOrg(fixture) },
  }),
  EmailDomainNotAllowedError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), domain: 'gmail.com' },
  }),
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, domain: newDomain() } }
  },
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    await mutate(owner, 'bindEmailDomain', { orgId, domain: newDomain() })
    return { client: owner, input: { orgId, domain: newDomain() } }
  },
} satisfies Cases

export const verifyEmailDomain = {
  VerifyEmailDomainPayload: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    return {
      client: fixture.people.owner,
      input: { orgId, domain: await bindDomain(fixture, orgId, newDomain(), true) },
    }
  },
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), domain: newDomain() },
  }),
  PermissionDeniedError: async (fixture) => {
    const orgId = await createOrgWith(fixture.people)
    return { client: fixture.people.admin, input: { orgId, domain: await bindDomain(fixture, orgId) } }
  },
  EmailDomainTakenError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const domain = await bindDomain(fixture, orgId)
    const faster = await createOrg(fixture.people.owner)
    await bindDomain(fixture, faster, domain, true)
    await mutate(fixture.people.owner, 'verifyEmailDomain', { orgId: faster, domain })
    return { client: fixture.people.owner, input: { orgId, domain } }
  },
  EmailDomainNotVerifiedError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    return { client: fixture.people.owner, input: { orgId, domain: await bindDomain(fixture, orgId) } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const domain = await bindDomain(fixture, orgId, newDomain(), true)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, domain } }
  },
} satisfies Cases

export const updateEmailDomain = {
  UpdateEmailDomainPayload: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const domain = await bindDomain(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, domain, joinMode: 'REQUEST' } }
  },
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), domain: newDomain(), joinMode: 'OFF' },
  }),
  PermissionDeniedError: async (fixture) => {
    const orgId = await createOrgWith(fixture.people)
    const domain = await bindDomain(fixture, orgId)
    return { client: fixture.people.admin, input: { orgId, domain, joinMode: 'OFF' } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    const domain = await bindDomain(fixture, orgId)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, domain, joinMode: 'OFF' } }
  },
} satisfies Cases

export const unbindEmailDomain = {
  UnbindEmailDomainPayload: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    return { client: fixture.people.owner, input: { orgId, domain: await bindDomain(fixture, orgId) } }
  },
  NotFoundError: verifyEmailDomain.NotFoundError,
  PermissionDeniedError: verifyEmailDomain.PermissionDeniedError,
} satisfies Cases
