import type { DnsServer } from '../../support/dnsServer.js'
import { act, invite, join } from '../../support/mutate.js'
import { type Cast, orgOf, tokenOf } from '../../support/people.js'
import type { TestPerson, World } from '../../support/testServer.js'

/** What one row's actors meet: an org, and what the row acts on there. */
export interface Stage {
  world: World
  cast: Cast
  dns: DnsServer
  orgId: string
  /** Somebody who is in no org yet, made where one is needed. */
  invitee: () => Promise<TestPerson>
}

/** One mutation, what it needs (contract §3), and an input that is right in every other way. */
export interface MutationRow {
  mutation: string
  needs: string
  /** Where it differs from the others of its mutation. */
  as?: string
  input(stage: Stage): Promise<Record<string, unknown>> | Record<string, unknown>
  /** What only a token may say, and must. */
  ofTokens?(stage: Stage): Record<string, unknown>
}

export async function stageFor(world: World, cast: Cast, dns: DnsServer): Promise<Stage> {
  let invitee: Promise<TestPerson> | undefined
  return { world, cast, dns, orgId: await orgOf(cast), invitee: () => (invitee ??= world.person()) }
}

const newName = () => `Org ${crypto.randomUUID()}`
const newDomain = () => `d${crypto.randomUUID()}.example`

async function boundDomain({ cast, orgId, dns }: Stage): Promise<string> {
  const domain = newDomain()
  const { emailDomain } = await act(
    cast.owner,
    'bindEmailDomain',
    { orgId, domain },
    'emailDomain { challenge { recordName recordValue } }',
  )
  dns.set(emailDomain.challenge.recordName, [emailDomain.challenge.recordValue])
  return domain
}

const pending = async ({ cast, orgId, invitee }: Stage) => invite(cast.owner, orgId, (await invitee()).email)

async function ended(stage: Stage): Promise<string> {
  const orgInviteId = await pending(stage)
  await act(stage.cast.owner, 'revokeOrgInvite', { orgInviteId })
  return orgInviteId
}

const newAddress = () => `${crypto.randomUUID()}@new.example`

/** Mutations on an org by whoever holds a permission there. */
export const orgMutations: MutationRow[] = [
  {
    mutation: 'updateOrg',
    needs: 'ORG_UPDATE',
    input: ({ orgId }) => ({ orgId, name: newName() }),
  },
  {
    mutation: 'updateOrg',
    as: 'of status',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, status: 'PROVISIONING' }),
  },
  {
    mutation: 'updateOrg',
    as: 'of tier',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, tier: 'PREMIUM' }),
  },
  { mutation: 'deleteOrg', needs: 'ORG_DELETE', input: ({ orgId }) => ({ orgId }) },
  {
    mutation: 'setOrgResourceCount',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, kind: 'robots', count: 3 }),
  },
  {
    mutation: 'bindEmailDomain',
    needs: 'EMAIL_DOMAIN_MANAGE',
    input: ({ orgId }) => ({ orgId, domain: newDomain() }),
  },
  {
    mutation: 'verifyEmailDomain',
    needs: 'EMAIL_DOMAIN_MANAGE',
    input: async (stage) => ({ orgId: stage.orgId, domain: await boundDomain(stage) }),
  },
  {
    mutation: 'unbindEmailDomain',
    needs: 'EMAIL_DOMAIN_MANAGE',
    input: async (stage) => ({ orgId: stage.orgId, domain: await boundDomain(stage) }),
  },
  {
    mutation: 'createOrgInvite',
    needs: 'INVITE_CREATE',
    input: ({ orgId }) => ({ orgId, invitee: { email: newAddress() } }),
  },
  {
    mutation: 'createOrgInvites',
    needs: 'INVITE_CREATE',
    input: ({ orgId }) => ({ orgId, invitees: [{ email: newAddress() }, { email: newAddress() }] }),
  },
  {
    mutation: 'resendOrgInvite',
    needs: 'INVITE_RESEND',
    input: async (stage) => ({ orgInviteId: await pending(stage) }),
  },
  {
    mutation: 'revokeOrgInvite',
    needs: 'INVITE_REVOKE',
    input: async (stage) => ({ orgInviteId: await pending(stage) }),
  },
  {
    mutation: 'deleteOrgInvite',
    needs: 'INVITE_DELETE',
    input: async (stage) => ({ orgInviteId: await ended(stage) }),
  },
  {
    mutation: 'updateOrgUserRoles',
    needs: 'MEMBER_UPDATE_ROLES',
    input: ({ orgId, cast }) => ({ orgId, userId: cast.user.id, add: ['ADMIN'] }),
  },
  {
    mutation: 'removeOrgUser',
    needs: 'MEMBER_REMOVE',
    async input({ orgId, cast, invitee }) {
      const member = await invitee()
      await join(cast.owner, orgId, member)
      return { orgId, userId: member.id }
    },
  },
  {
    mutation: 'createApiToken',
    needs: 'API_TOKEN_MANAGE',
    input: ({ orgId }) => ({ orgId, name: 'a token', permissions: ['API_TOKEN_MANAGE'] }),
  },
  {
    mutation: 'revokeApiToken',
    needs: 'API_TOKEN_MANAGE',
    input: async ({ world, cast, orgId }) => ({
      apiTokenId: (await tokenOf(world, cast.owner, ['ORG_READ'], orgId)).id,
    }),
  },
]

/** Mutations that need no permission of an org: each says for itself what every actor is answered. */
export const otherMutations: Array<MutationRow & { answers: Record<string, string> }> = [
  {
    mutation: 'createOrg',
    needs: 'ORG_CREATE',
    input: () => ({ name: newName() }),
    ofTokens: ({ cast }) => ({ ownerId: cast.owner.id }),
    answers: {
      outsider: 'done',
      USER: 'done',
      ADMIN: 'done',
      OWNER: 'done',
      'org token with': 'denied',
      'org token without': 'denied',
      'token of another org': 'denied',
    },
  },
  {
    mutation: 'upsertUser',
    needs: 'USER_MANAGE',
    input: () => ({ subject: crypto.randomUUID(), email: newAddress(), emailVerified: true }),
    answers: {
      outsider: 'denied',
      USER: 'denied',
      ADMIN: 'denied',
      OWNER: 'denied',
      'org token with': 'denied',
      'org token without': 'denied',
      'token of another org': 'denied',
    },
  },
  {
    mutation: 'createApiToken',
    as: 'of the instance',
    needs: 'API_TOKEN_MANAGE',
    input: () => ({ name: 'a token', permissions: ['API_TOKEN_MANAGE'] }),
    answers: {
      outsider: 'denied',
      USER: 'denied',
      ADMIN: 'denied',
      OWNER: 'denied',
      'org token with': 'denied',
      'org token without': 'denied',
      'token of another org': 'denied',
    },
  },
  {
    mutation: 'revokeApiToken',
    as: 'of the instance',
    needs: 'API_TOKEN_MANAGE',
    input: async ({ world }) => ({ apiTokenId: (await tokenOf(world, world.instance, ['USER_READ'])).id }),
    answers: {
      outsider: 'NotFoundError',
      USER: 'NotFoundError',
      ADMIN: 'NotFoundError',
      OWNER: 'NotFoundError',
      'org token with': 'NotFoundError',
      'org token without': 'NotFoundError',
      'token of another org': 'NotFoundError',
    },
  },
  ...(['acceptOrgInvite', 'declineOrgInvite'] as const).flatMap((mutation) => [
    {
      mutation,
      needs: 'INVITE_RESPOND',
      input: async (stage: Stage) => ({ invite: { orgInviteId: await pending(stage) } }),
      answers: {
        outsider: 'NotFoundError',
        USER: 'NotFoundError',
        ADMIN: 'OrgInviteForAnotherUserError',
        OWNER: 'OrgInviteForAnotherUserError',
        'org token with': 'NotFoundError',
        'org token without': 'NotFoundError',
        'token of another org': 'NotFoundError',
        'instance token with': 'NotFoundError',
        'instance token without': 'NotFoundError',
      },
    },
    {
      mutation,
      as: 'for a user',
      needs: 'INVITE_RESPOND',
      input: async (stage: Stage) => ({
        invite: { orgInviteId: await pending(stage) },
        userId: (await stage.invitee()).id,
      }),
      answers: {
        outsider: 'denied',
        USER: 'denied',
        ADMIN: 'denied',
        OWNER: 'denied',
        'org token with': 'denied',
        'org token without': 'denied',
        'token of another org': 'NotFoundError',
      },
    },
  ]),
  {
    mutation: 'leaveOrg',
    needs: 'ORG_READ',
    input: ({ orgId }) => ({ orgId }),
    answers: {
      outsider: 'NotFoundError',
      USER: 'done',
      ADMIN: 'done',
      OWNER: 'LastOwnerError',
      'org token with': 'NotFoundError',
      'org token without': 'NotFoundError',
      'token of another org': 'NotFoundError',
      'instance token with': 'NotFoundError',
      'instance token without': 'NotFoundError',
    },
  },
]
