import { act, foundOrg } from '../../../../support/mutate.js'
import { orgOf, tokenOf } from '../../../../support/people.js'
import { inactive, newName, none, type Scenes, taken } from './fixture.js'

export const createOrg = {
  CreateOrgPayload: async ({ cast }) => ({ client: cast.outsider, input: { name: newName() } }),
  NotFoundError: async ({ wide }) => ({
    client: wide.instance,
    input: { name: newName(), ownerId: btoa('User:0190f5a0-1234-7abc-8def-000000000001') },
  }),
  InvalidInputError: async ({ cast }) => ({ client: cast.outsider, input: { name: ' ' } }),
  OrgNameTakenError: async ({ cast }) => {
    const name = newName()
    await foundOrg(cast.owner, { name })
    return { client: cast.outsider, input: { name: name.toUpperCase() } }
  },
  PermissionDeniedError: async ({ wide, cast }) => ({
    client: await tokenOf(wide, wide.instance, ['ORG_READ']),
    input: { name: newName(), ownerId: cast.owner.id },
  }),
  EmailNotVerifiedError: async ({ wide }) => ({
    client: await wide.person({ verified: false }),
    input: { name: newName(), bindEmailDomain: true },
  }),
  EmailDomainTakenError: async (theatre) => {
    const email = `me@${await taken(theatre)}`
    return { client: await theatre.wide.person({ email }), input: { name: newName(), bindEmailDomain: true } }
  },
  EmailDomainNotAllowedError: async ({ wide }) => ({
    client: await wide.person({ email: `${crypto.randomUUID()}@gmail.com` }),
    input: { name: newName(), bindEmailDomain: true },
  }),
  RateLimitedError: async ({ tight }) => {
    const client = await tight.person()
    for (let made = 0; made < 3; made++) await foundOrg(client)
    return { client, input: { name: newName() } }
  },
} satisfies Scenes

export const updateOrg = {
  UpdateOrgPayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), name: newName() },
  }),
  NotFoundError: async ({ cast }) => ({ client: cast.owner, input: { orgId: none, name: newName() } }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), tier: 'PREMIUM' },
  }),
  InvalidInputError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner) },
  }),
  OrgNameTakenError: async ({ cast }) => {
    const name = newName()
    await foundOrg(cast.outsider, { name })
    return {
      client: cast.owner,
      input: { orgId: await foundOrg(cast.owner), name: ` ${name.toLowerCase()} ` },
    }
  },
  OrgNotActiveError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    await inactive(theatre, orgId)
    return { client: theatre.cast.owner, input: { orgId, name: newName() } }
  },
} satisfies Scenes

export const deleteOrg = {
  DeleteOrgPayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner) },
  }),
  NotFoundError: async ({ cast }) => ({ client: cast.owner, input: { orgId: none } }),
  PermissionDeniedError: async ({ cast }) => ({ client: cast.admin, input: { orgId: await orgOf(cast) } }),
  OrgHasResourcesError: async ({ wide, cast }) => {
    const orgId = await foundOrg(cast.owner)
    await act(wide.instance, 'setOrgResourceCount', { orgId, kind: 'robots', count: 2 })
    return { client: cast.owner, input: { orgId } }
  },
} satisfies Scenes

export const setOrgResourceCount = {
  SetOrgResourceCountPayload: async ({ wide, cast }) => ({
    client: wide.instance,
    input: { orgId: await foundOrg(cast.owner), kind: 'robots', count: 2 },
  }),
  NotFoundError: async ({ wide }) => ({
    client: wide.instance,
    input: { orgId: none, kind: 'robots', count: 2 },
  }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), kind: 'robots', count: 2 },
  }),
  InvalidInputError: async ({ wide, cast }) => ({
    client: wide.instance,
    input: { orgId: await foundOrg(cast.owner), kind: 'robots', count: -1 },
  }),
} satisfies Scenes
