import { newKey, upsertAppRole } from '../../support/appRoles.js'
import type { DnsServer } from '../../support/dnsServer.js'
import { expireNow } from '../../support/expireNow.js'
import { inviteByLink } from '../../support/inviteByLink.js'
import { createLink } from '../../support/inviteLinks.js'
import { allowRequests, askedBy, newRequest } from '../../support/joinRequests.js'
import { invite, join, mutate } from '../../support/mutate.js'
import { createOrgWith, createToken, type People } from '../../support/people.js'
import type { TestPerson, TestServer } from '../../support/testServer.js'
import { createWebhook, insertDelivery, NOWHERE, QUIET } from '../../support/webhooks.js'

/** An org and what a row acts on there. */
export interface Fixture {
  testServer: TestServer
  people: People
  dns: DnsServer
  orgId: string
  /** Signs up somebody who is in no org yet. */
  invitee: () => Promise<TestPerson>
}

/** One mutation, the permission that it needs (contract §3), and an otherwise valid input. */
export interface MutationRow {
  mutation: string
  needs: string
  /** Tells this row from the other rows of its mutation. */
  as?: string
  input(fixture: Fixture): Promise<Record<string, unknown>> | Record<string, unknown>
  /** Input that tokens must add and people must not. */
  ofTokens?(fixture: Fixture): Record<string, unknown>
}

export async function createFixture(
  testServer: TestServer,
  people: People,
  dns: DnsServer,
): Promise<Fixture> {
  let invitee: Promise<TestPerson> | undefined
  return {
    testServer,
    people,
    dns,
    orgId: await createOrgWith(people),
    invitee: () => (invitee ??= testServer.signUp()),
  }
}

const newName = () => `Org ${crypto.randomUUID()}`
const newDomain = () => `d${crypto.randomUUID()}.example`

async function boundDomain({ people, orgId, dns }: Fixture): Promise<string> {
  const domain = newDomain()
  const { emailDomain } = await mutate(
    people.owner,
    'bindEmailDomain',
    { orgId, domain },
    'emailDomain { challenge { recordName recordValue } }',
  )
  dns.set(emailDomain.challenge.recordName, [emailDomain.challenge.recordValue])
  return domain
}

const pending = async ({ people, orgId, invitee }: Fixture) =>
  invite(people.owner, orgId, (await invitee()).email)

async function ended(fixture: Fixture): Promise<string> {
  const orgInviteId = await pending(fixture)
  await mutate(fixture.people.owner, 'revokeOrgInvite', { orgInviteId })
  return orgInviteId
}

async function expiredToken({ testServer, orgId }: Fixture): Promise<{ token: string }> {
  const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: newAddress() })
  await expireNow(testServer, orgInviteId)
  return { token }
}

const webhookOf = async ({ people, orgId }: Fixture) => createWebhook(people.owner, orgId, NOWHERE, QUIET)

const instanceWebhook = async ({ testServer }: Fixture) =>
  createWebhook(testServer.instance, undefined, NOWHERE, QUIET)

const newAddress = () => `${crypto.randomUUID()}@new.example`

/** Mutations that need a permission in the org. */
export const orgMutations: MutationRow[] = [
  {
    mutation: 'updateOrg',
    needs: 'ORG_UPDATE',
    input: ({ orgId }) => ({ orgId, name: newName() }),
  },
  {
    mutation: 'updateOrg',
    as: 'with a status',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, status: 'PROVISIONING' }),
  },
  {
    mutation: 'updateOrg',
    as: 'with a tier',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, tier: 'PREMIUM' }),
  },
  {
    mutation: 'updateOrg',
    as: 'with a slug and a logo',
    needs: 'ORG_UPDATE',
    input: ({ orgId }) => ({
      orgId,
      slug: `s-${crypto.randomUUID()}`,
      logoUrl: 'https://logos.example/new.svg',
    }),
  },
  {
    mutation: 'updateOrg',
    as: 'with an external id',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, externalId: crypto.randomUUID() }),
  },
  {
    mutation: 'updateOrg',
    as: 'without an external id and metadata',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, externalId: null, metadata: null }),
  },
  {
    mutation: 'updateOrg',
    as: 'with metadata',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, metadata: { plan: 'pro' } }),
  },
  {
    mutation: 'updateOrg',
    as: 'with limits',
    needs: 'ORG_MANAGE',
    input: ({ orgId }) => ({ orgId, seatLimit: 3, pendingInviteLimit: null }),
  },
  {
    mutation: 'createWebhook',
    needs: 'WEBHOOK_MANAGE',
    input: ({ orgId }) => ({ orgId, url: NOWHERE, ...QUIET }),
  },
  {
    mutation: 'updateWebhook',
    needs: 'WEBHOOK_MANAGE',
    input: async (fixture) => ({ webhookId: (await webhookOf(fixture)).id, url: `${NOWHERE}s` }),
  },
  {
    mutation: 'rotateWebhookSecret',
    needs: 'WEBHOOK_MANAGE',
    input: async (fixture) => ({ webhookId: (await webhookOf(fixture)).id }),
  },
  {
    mutation: 'pingWebhook',
    needs: 'WEBHOOK_MANAGE',
    input: async (fixture) => ({ webhookId: (await webhookOf(fixture)).id }),
  },
  {
    mutation: 'redeliverWebhookDelivery',
    needs: 'WEBHOOK_MANAGE',
    input: async (fixture) => ({
      webhookDeliveryId: await insertDelivery(fixture.testServer, fixture.orgId, await webhookOf(fixture)),
    }),
  },
  {
    mutation: 'deleteWebhook',
    needs: 'WEBHOOK_MANAGE',
    input: async (fixture) => ({ webhookId: (await webhookOf(fixture)).id }),
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
    input: async (fixture) => ({ orgId: fixture.orgId, domain: await boundDomain(fixture) }),
  },
  {
    mutation: 'updateEmailDomain',
    needs: 'EMAIL_DOMAIN_MANAGE',
    input: async (fixture) => ({
      orgId: fixture.orgId,
      domain: await boundDomain(fixture),
      joinMode: 'REQUEST',
    }),
  },
  {
    mutation: 'unbindEmailDomain',
    needs: 'EMAIL_DOMAIN_MANAGE',
    input: async (fixture) => ({ orgId: fixture.orgId, domain: await boundDomain(fixture) }),
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
    input: async (fixture) => ({ orgInviteId: await pending(fixture) }),
  },
  {
    mutation: 'revokeOrgInvite',
    needs: 'INVITE_REVOKE',
    input: async (fixture) => ({ orgInviteId: await pending(fixture) }),
  },
  {
    mutation: 'deleteOrgInvite',
    needs: 'INVITE_DELETE',
    input: async (fixture) => ({ orgInviteId: await ended(fixture) }),
  },
  {
    mutation: 'createOrgInviteLink',
    needs: 'INVITE_CREATE',
    input: ({ orgId }) => ({ orgId, emailDomains: ['good.example'], maxUses: 5 }),
  },
  {
    mutation: 'revokeOrgInviteLink',
    needs: 'INVITE_REVOKE',
    input: async ({ people, orgId }) => ({ orgInviteLinkId: (await createLink(people.owner, orgId)).id }),
  },
  ...(['approveOrgJoinRequest', 'declineOrgJoinRequest'] as const).map((mutation) => ({
    mutation,
    needs: 'INVITE_CREATE',
    input: async ({ testServer, orgId }: Fixture) => ({
      orgJoinRequestId: (await askedBy(testServer, orgId)).orgJoinRequestId,
    }),
  })),
  {
    mutation: 'updateOrgUserRoles',
    needs: 'MEMBER_UPDATE_ROLES',
    input: ({ orgId, people }) => ({ orgId, userId: people.user.id, add: ['ADMIN'] }),
  },
  {
    mutation: 'updateOrgUserRoles',
    as: 'with app roles',
    needs: 'MEMBER_UPDATE_ROLES',
    input: async ({ testServer, orgId, people }) => ({
      orgId,
      userId: people.user.id,
      addAppRoleIds: [(await upsertAppRole(testServer)).id],
    }),
  },
  {
    mutation: 'createOrgInvite',
    as: 'with app roles',
    needs: 'INVITE_CREATE',
    input: async ({ testServer, orgId }) => ({
      orgId,
      invitee: { email: newAddress() },
      appRoleIds: [(await upsertAppRole(testServer)).id],
    }),
  },
  {
    mutation: 'suspendOrgUser',
    needs: 'MEMBER_REMOVE',
    async input({ orgId, people, invitee }) {
      const member = await invitee()
      await join(people.owner, orgId, member)
      return { orgId, userId: member.id }
    },
  },
  {
    mutation: 'reinstateOrgUser',
    needs: 'MEMBER_REMOVE',
    async input({ orgId, people, invitee }) {
      const member = await invitee()
      await join(people.owner, orgId, member)
      await mutate(people.owner, 'suspendOrgUser', { orgId, userId: member.id })
      return { orgId, userId: member.id }
    },
  },
  {
    mutation: 'removeOrgUser',
    needs: 'MEMBER_REMOVE',
    async input({ orgId, people, invitee }) {
      const member = await invitee()
      await join(people.owner, orgId, member)
      return { orgId, userId: member.id }
    },
  },
  {
    mutation: 'addOrgUser',
    needs: 'MEMBER_ADD',
    input: async ({ orgId, invitee }) => ({ orgId, userId: (await invitee()).id }),
  },
  {
    mutation: 'createApiToken',
    needs: 'API_TOKEN_MANAGE',
    input: ({ orgId }) => ({ orgId, name: 'a token', permissions: ['API_TOKEN_MANAGE'] }),
  },
  {
    mutation: 'revokeApiToken',
    needs: 'API_TOKEN_MANAGE',
    input: async ({ testServer, people, orgId }) => ({
      apiTokenId: (await createToken(testServer, people.owner, ['ORG_READ'], orgId)).id,
    }),
  },
]

/** The answers to those who can't have a permission of the instance. */
const ofTheInstance = {
  outsider: 'denied',
  USER: 'denied',
  ADMIN: 'denied',
  OWNER: 'denied',
  'org token with': 'denied',
  'org token without': 'denied',
  'token of another org': 'denied',
}

/** Mutations that need no permission in an org. Each row says what every actor gets. */
export const otherMutations: Array<MutationRow & { answers: Record<string, string> }> = [
  {
    mutation: 'createOrg',
    needs: 'ORG_CREATE',
    input: () => ({ name: newName() }),
    ofTokens: ({ people }) => ({ ownerId: people.owner.id }),
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
    mutation: 'upsertAppRole',
    needs: 'APP_ROLE_MANAGE',
    input: () => ({ key: newKey(), name: 'A role', permissions: [] }),
    answers: ofTheInstance,
  },
  {
    mutation: 'deleteAppRole',
    needs: 'APP_ROLE_MANAGE',
    input: async ({ testServer }) => ({ appRoleId: (await upsertAppRole(testServer)).id }),
    answers: ofTheInstance,
  },
  {
    mutation: 'deleteUser',
    as: 'of somebody who shares no org',
    needs: 'USER_MANAGE',
    input: async ({ invitee }) => ({ userId: (await invitee()).id }),
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
  {
    mutation: 'deleteUser',
    as: 'of a member',
    needs: 'USER_MANAGE',
    async input({ orgId, people, invitee }) {
      const member = await invitee()
      await join(people.owner, orgId, member)
      return { userId: member.id }
    },
    answers: {
      outsider: 'NotFoundError',
      USER: 'denied',
      ADMIN: 'denied',
      OWNER: 'denied',
      'org token with': 'denied',
      'org token without': 'denied',
      'token of another org': 'NotFoundError',
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
    input: async ({ testServer }) => ({
      apiTokenId: (await createToken(testServer, testServer.instance, ['USER_READ'])).id,
    }),
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
  {
    mutation: 'createWebhook',
    as: 'of the instance',
    needs: 'WEBHOOK_MANAGE',
    input: () => ({ url: NOWHERE, ...QUIET }),
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
    mutation: 'updateWebhook',
    as: 'of the instance',
    needs: 'WEBHOOK_MANAGE',
    input: async (fixture) => ({ webhookId: (await instanceWebhook(fixture)).id, enabled: false }),
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
      input: async (fixture: Fixture) => ({ invite: { orgInviteId: await pending(fixture) } }),
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
      input: async (fixture: Fixture) => ({
        invite: { orgInviteId: await pending(fixture) },
        userId: (await fixture.invitee()).id,
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
    mutation: 'requestOrgInviteRenewal',
    // Nothing, not even a sign-in: whoever has the token may.
    needs: 'ORG_READ',
    input: expiredToken,
    answers: Object.fromEntries(
      [
        'nobody',
        'outsider',
        'USER',
        'ADMIN',
        'OWNER',
        'org token with',
        'org token without',
        'token of another org',
        'suspended OWNER',
        'instance token with',
        'instance token without',
      ].map((actor) => [actor, 'done']),
    ),
  },
  {
    mutation: 'joinOrgByLink',
    // Nothing: whoever has the token may.
    needs: 'ORG_READ',
    input: async ({ people, orgId }) => ({ token: (await createLink(people.owner, orgId)).token }),
    answers: {
      outsider: 'done',
      USER: 'AlreadyOrgUserError',
      ADMIN: 'AlreadyOrgUserError',
      OWNER: 'AlreadyOrgUserError',
      'org token with': 'NotFoundError',
      'org token without': 'NotFoundError',
      'token of another org': 'NotFoundError',
      'suspended OWNER': 'OrgUserSuspendedError',
      'instance token with': 'NotFoundError',
      'instance token without': 'NotFoundError',
    },
  },
  {
    mutation: 'requestToJoinOrg',
    // Nothing but an address in the org's domain.
    needs: 'ORG_READ',
    input: async ({ testServer, people, orgId }) => {
      await allowRequests(testServer, orgId, people.outsider)
      return { orgId }
    },
    answers: {
      outsider: 'done',
      USER: 'AlreadyOrgUserError',
      ADMIN: 'AlreadyOrgUserError',
      OWNER: 'AlreadyOrgUserError',
      'org token with': 'NotFoundError',
      'org token without': 'NotFoundError',
      'token of another org': 'NotFoundError',
      'suspended OWNER': 'OrgUserSuspendedError',
      'instance token with': 'NotFoundError',
      'instance token without': 'NotFoundError',
    },
  },
  {
    mutation: 'withdrawOrgJoinRequest',
    // Nothing: it is for whoever made the request.
    needs: 'ORG_READ',
    input: async ({ testServer, people, orgId }) => {
      await allowRequests(testServer, orgId, people.outsider)
      return { orgJoinRequestId: await newRequest(people.outsider, orgId) }
    },
    answers: {
      outsider: 'done',
      USER: 'NotFoundError',
      ADMIN: 'NotFoundError',
      OWNER: 'NotFoundError',
      'org token with': 'NotFoundError',
      'org token without': 'NotFoundError',
      'token of another org': 'NotFoundError',
      'suspended OWNER': 'NotFoundError',
      'instance token with': 'NotFoundError',
      'instance token without': 'NotFoundError',
    },
  },
  {
    mutation: 'createOrgAccessToken',
    needs: 'ORG_READ',
    input: ({ orgId }) => ({ orgId }),
    answers: {
      'org token with': 'NotFoundError',
      'org token without': 'NotFoundError',
      'token of another org': 'NotFoundError',
      'instance token with': 'NotFoundError',
      'instance token without': 'NotFoundError',
    },
  },
  {
    mutation: 'transferOrgOwnership',
    // For people. A token needs ORG_MANAGE instead, and is told of ORG_DELETE.
    needs: 'ORG_DELETE',
    input: ({ orgId, people }) => ({ orgId, userId: people.admin.id }),
    ofTokens: ({ people }) => ({ fromUserId: people.owner.id }),
    answers: {
      'org token with': 'denied',
      'instance token with': 'denied',
      'instance token without': 'done',
    },
  },
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
