import { setTimeout as delay } from 'node:timers/promises'
import { deliveringOrg, type LargeData, largeEmail, largeId, largeOwner, ownerOf } from './largeData.js'
import { type Asker, type Call, globalId, largeOrgId, type Operation, userId } from './largeOperations.js'

/** The document of a mutation. It answers with the name of the payload, or with the refusal. */
export const documentOf = (mutation: string, payload = '__typename') => {
  const name = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
  return `mutation($input: ${name}Input!) { result: ${mutation}(input: $input) {
    __typename ... on Error { message } ... on ${name}Payload { ${payload} }
  } }`
}

type Input = Record<string, unknown>

/** Every mutation, in the large org. Each request is of something else: a member, an invite, an address. */
export function largeMutations(data: LargeData, call: Call): Operation[] {
  const run = async (as: Asker, mutation: string, input: Input, payload: string) => {
    const { result } = await call(as, documentOf(mutation, payload), { input })
    if (!result.__typename.endsWith('Payload')) throw new Error(`${mutation}: ${JSON.stringify(result)}`)
    return result
  }
  const of = (
    mutation: string,
    input: (nth: number) => Input | Promise<Input>,
    as: Asker | (() => Asker) = largeOwner,
  ): Operation => ({
    name: mutation,
    document: documentOf(mutation),
    async prepare(nth) {
      const variables = { input: await input(nth) }
      return { as: typeof as === 'function' ? as() : as, variables }
    },
  })
  const large = { orgId: largeOrgId }
  let made = 0
  const address = () => `new${++made}.${Date.now()}@new.example`
  const invited = (email = address(), more: Input = {}) =>
    run(
      largeOwner,
      'createOrgInvite',
      { ...large, invitee: { email }, sendEmail: false, ...more },
      'orgInvite { id } acceptUrl',
    )
  const inviteOf = async () => (await invited()).orgInvite.id
  /** Plain members, each for one request. Every tenth is suspended, and every thousandth an admin. */
  let taken = 0
  const member = () => ++taken * 10 + 1
  const suspended = () => ++taken * 10 + 9
  /** Users who are no members of the large org. */
  let outside = data.members + 10
  const outsider = () => ++outside
  let lastOutsider = 0
  const nextOutsider = () => {
    lastOutsider = outsider()
    return lastOutsider
  }
  const link = () => run(largeOwner, 'createOrgInviteLink', large, 'orgInviteLink { id } url')
  const token = () =>
    run(largeOwner, 'createApiToken', { ...large, name: 'a', permissions: ['ORG_READ'] }, 'apiToken { id }')
  const newOrg = async () =>
    (
      await run(
        'instance',
        'createOrg',
        { name: `New ${address()}`, ownerId: userId(largeOwner) },
        'org { id }',
      )
    ).org.id
  const webhook = async () =>
    (
      await run(
        'instance',
        'createWebhook',
        { orgId: await newOrg(), url: 'https://hooks.example/new' },
        'webhook { id }',
      )
    ).webhook.id
  const newUser = async () =>
    (
      await run(
        'instance',
        'upsertUser',
        { subject: address(), email: address(), emailVerified: true },
        'user { id }',
      )
    ).user.id
  const asked = async () => {
    const user = nextOutsider()
    return (await run(user, 'requestToJoinOrg', large, 'orgJoinRequest { id }')).orgJoinRequest.id
  }
  const role = async () =>
    (
      await run(
        'instance',
        'upsertAppRole',
        { key: `role${++made}`, name: 'Role', permissions: [] },
        'appRole { id }',
      )
    ).appRole.id
  const delivery = (nth: number) => ({
    webhookDeliveryId: globalId('WebhookDelivery', largeId('delivery', nth)),
  })
  return [
    of('createOrg', () => ({ name: `New ${address()}` })),
    of('updateOrg', (nth) => ({ ...large, metadata: { nth } }), 'instance'),
    of('deleteOrg', async () => ({ orgId: await newOrg() })),
    of('setOrgResourceCount', (nth) => ({ ...large, kind: 'seat', count: nth + 1 }), 'instance'),
    of('bindEmailDomain', () => ({ ...large, domain: `bound${++made}.example` })),
    of('updateEmailDomain', (nth) => ({
      ...large,
      domain: 'domain0.example',
      joinMode: nth % 2 ? 'OFF' : 'AUTO',
    })),
    of('verifyEmailDomain', () => ({ ...large, domain: 'domain0.example' })),
    of('unbindEmailDomain', async () => {
      const domain = `bound${++made}.example`
      await run(largeOwner, 'bindEmailDomain', { ...large, domain }, '__typename')
      return { ...large, domain }
    }),
    of('createOrgInvite', () => ({ ...large, invitee: { email: address() }, sendEmail: false })),
    of('createOrgInvites', () => ({
      ...large,
      invitees: Array.from({ length: 20 }, () => ({ email: address() })),
      sendEmail: false,
    })),
    of('resendOrgInvite', async () => ({ orgInviteId: await inviteOf(), sendEmail: false })),
    of('revokeOrgInvite', async () => ({ orgInviteId: await inviteOf() })),
    of('deleteOrgInvite', (nth) => ({ orgInviteId: globalId('OrgInvite', largeId('invite', 1 + nth * 6)) })),
    of(
      'acceptOrgInvite',
      async () => ({ invite: { orgInviteId: (await invited(largeEmail(nextOutsider()))).orgInvite.id } }),
      () => lastOutsider,
    ),
    of(
      'declineOrgInvite',
      async () => ({ invite: { orgInviteId: (await invited(largeEmail(nextOutsider()))).orgInvite.id } }),
      () => lastOutsider,
    ),
    of('requestOrgInviteRenewal', async () => {
      const expiresAt = new Date(Date.now() + 300).toISOString()
      const { acceptUrl } = await invited(address(), { expiresAt })
      await delay(400)
      return { token: acceptUrl.split('/').pop() }
    }),
    of('updateOrgUserRoles', () => ({ ...large, userId: userId(member()), add: ['ADMIN'] })),
    of('removeOrgUser', () => ({ ...large, userId: userId(member()) })),
    of(
      'leaveOrg',
      () => {
        lastOutsider = member()
        return large
      },
      () => lastOutsider,
    ),
    of('addOrgUser', () => ({ ...large, userId: userId(outsider()) }), 'instance'),
    of('transferOrgOwnership', async () => {
      const orgId = await newOrg()
      const user = outsider()
      await run('instance', 'addOrgUser', { orgId, userId: userId(user) }, '__typename')
      return { orgId, userId: userId(user) }
    }),
    of('suspendOrgUser', () => ({ ...large, userId: userId(member()) })),
    of('reinstateOrgUser', () => ({ ...large, userId: userId(suspended()) })),
    of('createOrgInviteLink', () => large),
    of('revokeOrgInviteLink', async () => ({ orgInviteLinkId: (await link()).orgInviteLink.id })),
    of(
      'joinOrgByLink',
      async () => {
        nextOutsider()
        return { token: (await link()).url.split('/').pop() }
      },
      () => lastOutsider,
    ),
    of(
      'requestToJoinOrg',
      () => {
        nextOutsider()
        return large
      },
      () => lastOutsider,
    ),
    of('approveOrgJoinRequest', async () => ({ orgJoinRequestId: await asked() })),
    of('declineOrgJoinRequest', async () => ({ orgJoinRequestId: await asked() })),
    of(
      'withdrawOrgJoinRequest',
      async () => ({ orgJoinRequestId: await asked() }),
      () => lastOutsider,
    ),
    of('upsertAppRole', () => ({ key: `role${++made}`, name: 'Role', permissions: [] }), 'instance'),
    of('deleteAppRole', async () => ({ appRoleId: await role() }), 'instance'),
    of('createOrgAccessToken', () => large),
    of('createApiToken', () => ({ ...large, name: 'a', permissions: ['ORG_READ'] })),
    of('revokeApiToken', async () => ({ apiTokenId: (await token()).apiToken.id })),
    of('createWebhook', async () => ({ orgId: await newOrg(), url: 'https://hooks.example/new' })),
    of('updateWebhook', async () => ({ webhookId: await webhook(), enabled: false })),
    of('deleteWebhook', async () => ({ webhookId: await webhook() })),
    of('rotateWebhookSecret', async () => ({ webhookId: await webhook() })),
    of('pingWebhook', async () => ({ webhookId: await webhook() })),
    of('redeliverWebhookDelivery', delivery, ownerOf(data, deliveringOrg)),
    of(
      'upsertUser',
      () => ({ subject: address(), email: address(), emailVerified: true, name: 'New' }),
      'instance',
    ),
    of('deleteUser', async () => ({ userId: await newUser() }), 'instance'),
  ]
}
