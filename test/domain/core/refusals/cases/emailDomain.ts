import { act, foundOrg } from '../../../../support/mutate.js'
import { orgOf } from '../../../../support/people.js'
import { bound, inactive, newDomain, none, type Scenes, taken } from './fixture.js'

export const bindEmailDomain = {
  BindEmailDomainPayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), domain: newDomain() },
  }),
  NotFoundError: async ({ cast }) => ({ client: cast.owner, input: { orgId: none, domain: newDomain() } }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.admin,
    input: { orgId: await orgOf(cast), domain: newDomain() },
  }),
  InvalidInputError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), domain: 'no domain' },
  }),
  EmailDomainTakenError: async (theatre) => ({
    client: theatre.cast.owner,
    input: { orgId: await foundOrg(theatre.cast.owner), domain: await taken(theatre) },
  }),
  EmailDomainNotAllowedError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), domain: 'gmail.com' },
  }),
  OrgNotActiveError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    await inactive(theatre, orgId)
    return { client: theatre.cast.owner, input: { orgId, domain: newDomain() } }
  },
  LimitReachedError: async ({ tight }) => {
    const owner = await tight.person()
    const orgId = await foundOrg(owner)
    await act(owner, 'bindEmailDomain', { orgId, domain: newDomain() })
    return { client: owner, input: { orgId, domain: newDomain() } }
  },
} satisfies Scenes

export const verifyEmailDomain = {
  VerifyEmailDomainPayload: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    return {
      client: theatre.cast.owner,
      input: { orgId, domain: await bound(theatre, orgId, newDomain(), true) },
    }
  },
  NotFoundError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), domain: newDomain() },
  }),
  PermissionDeniedError: async (theatre) => {
    const orgId = await orgOf(theatre.cast)
    return { client: theatre.cast.admin, input: { orgId, domain: await bound(theatre, orgId) } }
  },
  EmailDomainTakenError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    const domain = await bound(theatre, orgId)
    const faster = await foundOrg(theatre.cast.owner)
    await bound(theatre, faster, domain, true)
    await act(theatre.cast.owner, 'verifyEmailDomain', { orgId: faster, domain })
    return { client: theatre.cast.owner, input: { orgId, domain } }
  },
  EmailDomainNotVerifiedError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    return { client: theatre.cast.owner, input: { orgId, domain: await bound(theatre, orgId) } }
  },
  OrgNotActiveError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    const domain = await bound(theatre, orgId, newDomain(), true)
    await inactive(theatre, orgId)
    return { client: theatre.cast.owner, input: { orgId, domain } }
  },
} satisfies Scenes

export const unbindEmailDomain = {
  UnbindEmailDomainPayload: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    return { client: theatre.cast.owner, input: { orgId, domain: await bound(theatre, orgId) } }
  },
  NotFoundError: verifyEmailDomain.NotFoundError,
  PermissionDeniedError: verifyEmailDomain.PermissionDeniedError,
} satisfies Scenes
