import { upsertAppRole } from '../../../support/appRoles.js'
import { expireNow } from '../../../support/expireNow.js'
import { inviteByLink } from '../../../support/inviteByLink.js'
import { createLink, revokeLink } from '../../../support/inviteLinks.js'
import { allowRequests, askedBy, decline, newRequest, withdraw } from '../../../support/joinRequests.js'
import { createOrg, invite, join, mutate } from '../../../support/mutate.js'
import { createOrgWith, createToken } from '../../../support/people.js'
import { createWebhook, insertDelivery, NOWHERE, QUIET, updateWebhook } from '../../../support/webhooks.js'
import { unknownAppRole } from './cases/appRole.js'
import {
  bindDomain,
  type Case,
  deactivate,
  type Fixture,
  newAddress,
  newDomain,
  newName,
  unknownDelivery,
  unknownInvite,
  unknownLink,
  unknownOrg,
  unknownRequest,
  unknownUser,
  unknownWebhook,
} from './cases/fixture.js'

export type Fault = 'sign-in' | 'existence' | 'permission' | 'input' | 'rank' | 'org status' | 'state'

/** One mutation call with every possible fault. Contract §3 says which fault is reported first. */
export interface OrderCase {
  mutation: string
  /** The answer to each fault when it is the first. */
  answers: Partial<Record<Fault, string>>
  /** A call with exactly these faults. */
  testCase(fixture: Fixture, has: (fault: Fault) => boolean): Promise<Case>
}

const common = {
  'sign-in': 'UNAUTHENTICATED',
  existence: 'NotFoundError',
  permission: 'PermissionDeniedError',
} as const

/** The caller: nobody, a USER without permissions, an ADMIN below the rank, or the OWNER. */
function asker({ server, people }: Fixture, has: (fault: Fault) => boolean) {
  if (has('sign-in')) return server.nobody
  if (has('permission')) return people.user
  return has('rank') ? people.admin : people.owner
}

async function prepare(fixture: Fixture, has: (fault: Fault) => boolean) {
  const orgId = await createOrgWith(fixture.people)
  return {
    orgId,
    client: asker(fixture, has),
    named: has('existence') ? unknownOrg : orgId,
    close: () => (has('org status') ? deactivate(fixture, orgId) : undefined),
  }
}

async function secondOwner({ people }: Fixture, orgId: string) {
  await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.admin.id, add: ['OWNER'] })
}

export const orderCases: OrderCase[] = [
  {
    mutation: 'createOrgInvite',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'AlreadyOrgUserError',
    },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      await close()
      const input = {
        orgId: named,
        invitee: { email: has('state') ? fixture.people.user.email : newAddress() },
        ...(has('input') && { expiresAt: '2020-01-01T00:00:00Z' }),
        roles: [has('rank') ? 'OWNER' : 'USER'],
      }
      return { client, input }
    },
  },
  {
    mutation: 'createOrgInvites',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'EmailNotConfiguredError',
    },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      await close()
      const input = {
        orgId: named,
        invitees: has('input') ? [] : [{ email: newAddress() }],
        roles: [has('rank') ? 'OWNER' : 'USER'],
        sendEmail: has('state'),
      }
      return { client, input }
    },
  },
  {
    // Whether an app role exists is told only to those with the permission.
    mutation: 'createOrgInvite',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      permission: 'PermissionDeniedError',
      input: 'NotFoundError',
      rank: 'AppRoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'AlreadyOrgUserError',
    },
    async testCase(fixture, has) {
      const { client, orgId, close } = await prepare(fixture, has)
      const { id } = await upsertAppRole(fixture.server, { assignableBy: 'OWNER' })
      await close()
      const input = {
        orgId,
        invitee: { email: has('state') ? fixture.people.user.email : newAddress() },
        appRoleIds: has('input') ? [id, unknownAppRole] : has('rank') ? [id] : [],
        // Existence comes before input.
        ...(has('input') && { expiresAt: '2020-01-01T00:00:00Z' }),
      }
      return { client, input }
    },
  },
  {
    mutation: 'resendOrgInvite',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'OrgInviteNotPendingError',
    },
    async testCase(fixture, has) {
      const { client, orgId, close } = await prepare(fixture, has)
      const { owner } = fixture.people
      const orgInviteId = await invite(owner, orgId, newAddress(), { roles: ['OWNER'] })
      if (has('state')) await mutate(owner, 'revokeOrgInvite', { orgInviteId })
      await close()
      const input = {
        orgInviteId: has('existence') ? unknownInvite : orgInviteId,
        ...(has('input') && { message: 'x'.repeat(1_001) }),
      }
      return { client, input }
    },
  },
  {
    mutation: 'revokeOrgInvite',
    answers: { ...common, rank: 'RoleNotGrantableError', state: 'OrgInviteNotPendingError' },
    async testCase(fixture, has) {
      const { client, orgId } = await prepare(fixture, has)
      const { owner } = fixture.people
      const orgInviteId = await invite(owner, orgId, newAddress(), { roles: ['OWNER'] })
      if (has('state')) await mutate(owner, 'revokeOrgInvite', { orgInviteId })
      return { client, input: { orgInviteId: has('existence') ? unknownInvite : orgInviteId } }
    },
  },
  {
    mutation: 'deleteOrgInvite',
    answers: { ...common, input: 'InvalidInputError' },
    async testCase(fixture, has) {
      const { client, orgId } = await prepare(fixture, has)
      const orgInviteId = await invite(fixture.people.owner, orgId, newAddress())
      if (!has('input')) await mutate(fixture.people.owner, 'revokeOrgInvite', { orgInviteId })
      return { client, input: { orgInviteId: has('existence') ? unknownInvite : orgInviteId } }
    },
  },
  {
    mutation: 'acceptOrgInvite',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      existence: 'NotFoundError',
      permission: 'OrgInviteForAnotherUserError',
      'org status': 'OrgNotActiveError',
      state: 'OrgInviteNotPendingError',
    },
    async testCase(fixture, has) {
      const { orgId, close } = await prepare(fixture, has)
      const { owner, admin } = fixture.people
      const invitee = await fixture.server.signUp()
      const orgInviteId = await invite(owner, orgId, invitee.email)
      if (has('state')) await mutate(owner, 'revokeOrgInvite', { orgInviteId })
      await close()
      return {
        client: has('sign-in') ? fixture.server.nobody : has('permission') ? admin : invitee,
        input: { invite: { orgInviteId: has('existence') ? unknownInvite : orgInviteId } },
      }
    },
  },
  {
    mutation: 'createOrgInviteLink',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'LimitReachedError',
    },
    async testCase(fixture, has) {
      const { client, named, orgId, close } = await prepare(fixture, has)
      if (has('state')) for (let made = 0; made < 20; made++) await createLink(fixture.people.owner, orgId)
      await close()
      const input = {
        orgId: named,
        ...(has('input') && { maxUses: 0 }),
        roles: [has('rank') ? 'OWNER' : 'USER'],
      }
      return { client, input }
    },
  },
  {
    mutation: 'revokeOrgInviteLink',
    answers: { ...common, rank: 'RoleNotGrantableError', state: 'OrgInviteLinkEndedError' },
    async testCase(fixture, has) {
      const { client, orgId } = await prepare(fixture, has)
      const { owner } = fixture.people
      const { id } = await upsertAppRole(fixture.server, { assignableBy: 'OWNER' })
      const link = await createLink(owner, orgId, { appRoleIds: [id] })
      if (has('state')) await revokeLink(owner, link)
      return { client, input: { orgInviteLinkId: has('existence') ? unknownLink : link.id } }
    },
  },
  {
    mutation: 'createWebhook',
    answers: {
      ...common,
      input: 'InvalidInputError',
      'org status': 'OrgNotActiveError',
      state: 'LimitReachedError',
    },
    async testCase(fixture, has) {
      const { client, named, orgId, close } = await prepare(fixture, has)
      if (has('state'))
        for (let made = 0; made < 10; made++) await createWebhook(fixture.people.owner, orgId, NOWHERE, QUIET)
      await close()
      return { client, input: { orgId: named, url: has('input') ? 'https://10.0.0.1' : NOWHERE, ...QUIET } }
    },
  },
  {
    mutation: 'updateWebhook',
    answers: { ...common, input: 'InvalidInputError', 'org status': 'OrgNotActiveError' },
    async testCase(fixture, has) {
      const { client, orgId, close } = await prepare(fixture, has)
      const { id } = await createWebhook(fixture.people.owner, orgId, NOWHERE, QUIET)
      await close()
      return {
        client,
        input: {
          webhookId: has('existence') ? unknownWebhook : id,
          url: has('input') ? 'https://10.0.0.1' : NOWHERE,
          enabled: false,
        },
      }
    },
  },
  ...(['deleteWebhook', 'rotateWebhookSecret'] as const).map(
    (mutation): OrderCase => ({
      mutation,
      answers: common,
      async testCase(fixture, has) {
        const { client, orgId } = await prepare(fixture, has)
        const { id } = await createWebhook(fixture.people.owner, orgId, NOWHERE, QUIET)
        return { client, input: { webhookId: has('existence') ? unknownWebhook : id } }
      },
    }),
  ),
  ...(['pingWebhook', 'redeliverWebhookDelivery'] as const).map(
    (mutation): OrderCase => ({
      mutation,
      answers: { ...common, state: 'WebhookDisabledError' },
      async testCase(fixture, has) {
        const { client, orgId } = await prepare(fixture, has)
        const { owner } = fixture.people
        const webhook = await createWebhook(owner, orgId, NOWHERE, QUIET)
        const delivery = await insertDelivery(fixture.server, orgId, webhook)
        if (has('state')) await updateWebhook(owner, webhook, { enabled: false })
        const input =
          mutation === 'pingWebhook'
            ? { webhookId: has('existence') ? unknownWebhook : webhook.id }
            : { webhookDeliveryId: has('existence') ? unknownDelivery : delivery }
        return { client, input }
      },
    }),
  ),
  {
    // It needs no sign-in and no permission.
    mutation: 'requestOrgInviteRenewal',
    answers: { existence: 'NotFoundError', state: 'OrgInviteNotExpiredError' },
    async testCase({ server, people }, has) {
      const orgId = await createOrg(people.owner)
      const { orgInviteId, token } = await inviteByLink(server, orgId, { email: newAddress() })
      if (!has('state')) await expireNow(server, orgInviteId)
      return { client: await server.signUp(), input: { token: has('existence') ? 'gi_nothing' : token } }
    },
  },
  {
    // The end of a link counts before a membership.
    mutation: 'joinOrgByLink',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      existence: 'NotFoundError',
      permission: 'OrgInviteForAnotherUserError',
      'org status': 'OrgNotActiveError',
      state: 'OrgInviteLinkEndedError',
    },
    async testCase(fixture, has) {
      const { orgId, close } = await prepare(fixture, has)
      const { server, people } = fixture
      const link = await createLink(people.owner, orgId, {
        emailDomains: has('permission') ? ['elsewhere.example'] : [],
      })
      if (has('state')) await revokeLink(people.owner, link)
      await close()
      return {
        client: has('sign-in') ? server.nobody : has('state') ? people.user : await server.signUp(),
        input: { token: has('existence') ? 'gl_nothing' : link.token },
      }
    },
  },
  {
    // There is no permission to lack: whoever has no address for it gets NotFoundError.
    mutation: 'requestToJoinOrg',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      existence: 'NotFoundError',
      input: 'InvalidInputError',
      'org status': 'OrgNotActiveError',
      state: 'OrgJoinRequestAlreadyPendingError',
    },
    async testCase(fixture, has) {
      const { orgId, close } = await prepare(fixture, has)
      const person = await fixture.server.signUp()
      await allowRequests(fixture.server, orgId, person)
      if (has('state')) await newRequest(person, orgId)
      if (has('existence')) await allowRequests(fixture.server, orgId, person, 'OFF')
      await close()
      return {
        client: has('sign-in') ? fixture.server.nobody : person,
        input: { orgId, ...(has('input') && { message: 'x'.repeat(501) }) },
      }
    },
  },
  {
    mutation: 'approveOrgJoinRequest',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'OrgJoinRequestNotPendingError',
    },
    async testCase(fixture, has) {
      const { client, orgId, close } = await prepare(fixture, has)
      const { orgJoinRequestId } = await askedBy(fixture.server, orgId)
      if (has('state')) await decline(fixture.people.owner, orgJoinRequestId)
      await close()
      const input = {
        orgJoinRequestId: has('existence') ? unknownRequest : orgJoinRequestId,
        ...(has('input') && { appRoleIds: Array(201).fill(unknownAppRole) }),
        roles: [has('rank') ? 'OWNER' : 'USER'],
      }
      return { client, input }
    },
  },
  {
    mutation: 'declineOrgJoinRequest',
    answers: { ...common, state: 'OrgJoinRequestNotPendingError' },
    async testCase(fixture, has) {
      const { client, orgId } = await prepare(fixture, has)
      const { orgJoinRequestId } = await askedBy(fixture.server, orgId)
      if (has('state')) await decline(fixture.people.owner, orgJoinRequestId)
      return { client, input: { orgJoinRequestId: has('existence') ? unknownRequest : orgJoinRequestId } }
    },
  },
  {
    // Somebody else’s request looks as if it were not there.
    mutation: 'withdrawOrgJoinRequest',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      existence: 'NotFoundError',
      state: 'OrgJoinRequestNotPendingError',
    },
    async testCase(fixture, has) {
      const { orgId } = await prepare(fixture, has)
      const { person, orgJoinRequestId } = await askedBy(fixture.server, orgId)
      if (has('state')) await withdraw(person, orgJoinRequestId)
      const asking = has('existence') ? fixture.people.owner : person
      return { client: has('sign-in') ? fixture.server.nobody : asking, input: { orgJoinRequestId } }
    },
  },
  {
    mutation: 'addOrgUser',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'AlreadyOrgUserError',
    },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      const { server, people } = fixture
      await close()
      const adder = has('rank') ? await createToken(server, server.instance, ['MEMBER_ADD']) : server.instance
      return {
        client: has('sign-in') || has('permission') ? client : adder,
        input: {
          orgId: named,
          userId: (has('state') ? people.user : people.outsider).id,
          roles: has('input') ? [] : ['OWNER'],
        },
      }
    },
  },
  {
    // Whether a user exists is told only to those with the permission.
    mutation: 'addOrgUser',
    answers: { existence: 'NotFoundError', input: 'InvalidInputError' },
    async testCase(fixture, has) {
      const { orgId } = await prepare(fixture, has)
      const { server, people } = fixture
      return {
        client: server.instance,
        input: {
          orgId,
          userId: has('existence') ? unknownUser : people.outsider.id,
          roles: has('input') ? [] : ['USER'],
        },
      }
    },
  },
  {
    mutation: 'updateOrgUserRoles',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'LastOwnerError',
    },
    async testCase(fixture, has) {
      const { client, named, orgId, close } = await prepare(fixture, has)
      if (!has('state')) await secondOwner(fixture, orgId)
      await close()
      const input = {
        orgId: named,
        userId: fixture.people.owner.id,
        ...(!has('input') && { remove: ['OWNER'] }),
      }
      return { client, input }
    },
  },
  {
    mutation: 'updateOrgUserRoles',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'AppRoleNotGrantableError',
      'org status': 'OrgNotActiveError',
    },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      const { id } = await upsertAppRole(fixture.server, { assignableBy: has('rank') ? 'OWNER' : 'ADMIN' })
      await close()
      return {
        client,
        input: {
          orgId: named,
          userId: fixture.people.user.id,
          addAppRoleIds: has('input') ? Array(201).fill(unknownAppRole) : [id],
        },
      }
    },
  },
  {
    mutation: 'transferOrgOwnership',
    answers: {
      ...common,
      input: 'InvalidInputError',
      'org status': 'OrgNotActiveError',
      state: 'OrgUserSuspendedError',
    },
    async testCase(fixture, has) {
      const { client, named, orgId, close } = await prepare(fixture, has)
      const { owner, admin } = fixture.people
      if (has('state')) await mutate(owner, 'suspendOrgUser', { orgId, userId: admin.id })
      await close()
      return { client, input: { orgId: named, userId: (has('input') ? owner : admin).id } }
    },
  },
  {
    mutation: 'suspendOrgUser',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      state: 'LastOwnerError',
    },
    async testCase(fixture, has) {
      const { client, named, orgId } = await prepare(fixture, has)
      const { owner, admin, outsider } = fixture.people
      const { instance } = fixture.server
      if (has('input')) {
        await mutate(instance, 'addOrgUser', { orgId, userId: outsider.id, roles: ['OWNER'] })
        await mutate(owner, 'suspendOrgUser', { orgId, userId: outsider.id })
        return { client, input: { orgId: named, userId: outsider.id } }
      }
      // Nobody suspends themselves, so only a token can suspend the last owner.
      const input = { orgId, userId: (has('state') ? owner : admin).id }
      return { client: has('state') && !has('rank') ? instance : client, input }
    },
  },
  {
    mutation: 'reinstateOrgUser',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'LimitReachedError',
    },
    async testCase(fixture, has) {
      const { client, named, orgId, close } = await prepare(fixture, has)
      const { owner, outsider } = fixture.people
      const { instance } = fixture.server
      // A fourth member, who is an owner.
      await mutate(instance, 'addOrgUser', { orgId, userId: outsider.id, roles: ['OWNER'] })
      if (!has('input')) await mutate(owner, 'suspendOrgUser', { orgId, userId: outsider.id })
      if (has('state')) await mutate(instance, 'updateOrg', { orgId, seatLimit: 1 })
      await close()
      return { client, input: { orgId: named, userId: outsider.id } }
    },
  },
  {
    mutation: 'removeOrgUser',
    answers: { ...common, rank: 'RoleNotGrantableError', state: 'LastOwnerError' },
    async testCase(fixture, has) {
      const { client, named, orgId } = await prepare(fixture, has)
      if (!has('state')) await secondOwner(fixture, orgId)
      return { client, input: { orgId: named, userId: fixture.people.owner.id } }
    },
  },
  {
    mutation: 'updateOrg',
    answers: {
      ...common,
      input: 'InvalidInputError',
      'org status': 'OrgNotActiveError',
      state: 'OrgNameTakenError',
    },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      const name = newName()
      if (has('state')) await createOrg(fixture.people.outsider, { name })
      await close()
      return { client, input: { orgId: named, name: has('input') ? '' : name } }
    },
  },
  {
    mutation: 'updateOrg',
    answers: {
      ...common,
      input: 'InvalidInputError',
      'org status': 'OrgNotActiveError',
      state: 'OrgExternalIdTakenError',
    },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      const externalId = crypto.randomUUID()
      const { people, server } = fixture
      if (has('state'))
        await mutate(server.instance, 'createOrg', { name: newName(), externalId, ownerId: people.owner.id })
      await close()
      return {
        client: has('sign-in') || has('permission') ? client : server.instance,
        input: {
          orgId: named,
          externalId,
          metadata: has('input') ? [] : {},
          seatLimit: has('input') ? -1 : 9,
        },
      }
    },
  },
  {
    mutation: 'createOrg',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      permission: 'PermissionDeniedError',
      input: 'InvalidInputError',
      state: 'OrgSlugTakenError',
    },
    async testCase({ server, people }, has) {
      const slug = `s-${crypto.randomUUID()}`
      if (has('state')) await createOrg(people.owner, { slug })
      return {
        client: has('sign-in') ? server.nobody : people.outsider,
        input: {
          name: newName(),
          slug: has('input') ? 'Capitals' : slug,
          ...(has('permission') && { metadata: {} }),
        },
      }
    },
  },
  {
    mutation: 'deleteOrg',
    answers: { ...common, state: 'OrgHasResourcesError' },
    async testCase(fixture, has) {
      const { client, named, orgId } = await prepare(fixture, has)
      if (has('state'))
        await mutate(fixture.server.instance, 'setOrgResourceCount', { orgId, kind: 'robots', count: 1 })
      return { client, input: { orgId: named } }
    },
  },
  {
    mutation: 'setOrgResourceCount',
    answers: { ...common, input: 'InvalidInputError' },
    async testCase(fixture, has) {
      const { client, named } = await prepare(fixture, has)
      const manager = has('sign-in') || has('permission') ? client : fixture.server.instance
      return { client: manager, input: { orgId: named, kind: 'robots', count: has('input') ? -1 : 1 } }
    },
  },
  {
    mutation: 'bindEmailDomain',
    answers: {
      ...common,
      input: 'InvalidInputError',
      'org status': 'OrgNotActiveError',
      state: 'EmailDomainNotAllowedError',
    },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      await close()
      const domain = has('input') ? 'no domain' : has('state') ? 'gmail.com' : newDomain()
      return { client, input: { orgId: named, domain } }
    },
  },
  {
    mutation: 'updateEmailDomain',
    answers: { ...common, 'org status': 'OrgNotActiveError' },
    async testCase(fixture, has) {
      const { client, named, orgId, close } = await prepare(fixture, has)
      const domain = await bindDomain(fixture, orgId)
      await close()
      return { client, input: { orgId: named, domain, joinMode: 'OFF' } }
    },
  },
  {
    // A domain that the org has not bound does not exist either.
    mutation: 'updateEmailDomain',
    answers: { existence: 'NotFoundError', 'org status': 'OrgNotActiveError' },
    async testCase(fixture, has) {
      const { client, orgId, close } = await prepare(fixture, has)
      const domain = has('existence') ? newDomain() : await bindDomain(fixture, orgId)
      await close()
      return { client, input: { orgId, domain, joinMode: 'OFF' } }
    },
  },
  {
    mutation: 'verifyEmailDomain',
    answers: { ...common, 'org status': 'OrgNotActiveError', state: 'EmailDomainNotVerifiedError' },
    async testCase(fixture, has) {
      const { client, named, orgId, close } = await prepare(fixture, has)
      const domain = await bindDomain(fixture, orgId, newDomain(), !has('state'))
      await close()
      return { client, input: { orgId: named, domain } }
    },
  },
  {
    mutation: 'createApiToken',
    answers: { ...common, input: 'InvalidInputError', 'org status': 'OrgNotActiveError' },
    async testCase(fixture, has) {
      const { client, named, close } = await prepare(fixture, has)
      await close()
      const input = { orgId: named, name: has('input') ? '' : 'a token', permissions: ['ORG_READ'] }
      return { client, input }
    },
  },
  {
    // A permission that the creator lacks is a permission fault, not an input fault.
    mutation: 'createApiToken',
    answers: { existence: 'NotFoundError', permission: 'PermissionDeniedError', input: 'InvalidInputError' },
    async testCase(fixture, has) {
      const { named } = await prepare(fixture, has)
      const permissions = [has('permission') ? 'ORG_MANAGE' : 'ORG_READ']
      return {
        client: fixture.people.owner,
        input: { orgId: named, name: has('input') ? '' : 'a token', permissions },
      }
    },
  },
  {
    mutation: 'revokeApiToken',
    answers: common,
    async testCase(fixture, has) {
      const { client, orgId } = await prepare(fixture, has)
      const token = await createToken(fixture.server, fixture.people.owner, ['ORG_READ'], orgId)
      return { client, input: { apiTokenId: has('existence') ? unknownOrg : token.id } }
    },
  },
  {
    mutation: 'createOrgAccessToken',
    answers: { 'sign-in': 'UNAUTHENTICATED', existence: 'NotFoundError', input: 'InvalidInputError' },
    async testCase(fixture, has) {
      const { client, named } = await prepare(fixture, has)
      return { client, input: { orgId: named, ...(has('input') && { audience: 'nobody' }) } }
    },
  },
  {
    mutation: 'createOrg',
    answers: { 'sign-in': 'UNAUTHENTICATED', input: 'InvalidInputError', state: 'OrgNameTakenError' },
    async testCase(fixture, has) {
      const { server, people } = fixture
      const name = newName()
      if (has('state')) await createOrg(people.owner, { name })
      const ownerId = has('input') && { ownerId: people.outsider.id }
      return { client: has('sign-in') ? server.nobody : people.outsider, input: { name, ...ownerId } }
    },
  },
  {
    mutation: 'upsertAppRole',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      permission: 'PermissionDeniedError',
      input: 'InvalidInputError',
    },
    async testCase({ server, people }, has) {
      const client = has('sign-in') ? server.nobody : has('permission') ? people.owner : server.instance
      return {
        client,
        input: { key: has('input') ? '' : `k-${crypto.randomUUID()}`, name: 'A role', permissions: [] },
      }
    },
  },
  {
    mutation: 'deleteAppRole',
    answers: { ...common, state: 'AppRoleInUseError' },
    async testCase(fixture, has) {
      const { client, orgId } = await prepare(fixture, has)
      const { server, people } = fixture
      const { id } = await upsertAppRole(server)
      if (has('state'))
        await mutate(people.owner, 'updateOrgUserRoles', {
          orgId,
          userId: people.user.id,
          addAppRoleIds: [id],
        })
      return {
        client: has('sign-in') || has('permission') ? client : server.instance,
        input: { appRoleId: has('existence') ? unknownAppRole : id },
      }
    },
  },
  {
    mutation: 'upsertUser',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      permission: 'PermissionDeniedError',
      input: 'InvalidInputError',
    },
    async testCase({ server, people }, has) {
      const client = has('sign-in') ? server.nobody : has('permission') ? people.owner : server.instance
      const email = has('input') ? 'nobody' : newAddress()
      return { client, input: { subject: crypto.randomUUID(), email, emailVerified: true } }
    },
  },
  {
    mutation: 'deleteUser',
    answers: { ...common, state: 'SoleOwnerError' },
    async testCase(fixture, has) {
      const { client, orgId } = await prepare(fixture, has)
      const { server, people } = fixture
      const member = await server.signUp()
      await join(people.owner, orgId, member)
      if (has('state')) await createOrg(member)
      return {
        client: has('sign-in') || has('permission') ? client : server.instance,
        input: { userId: has('existence') ? unknownUser : member.id },
      }
    },
  },
  // An idempotency key is a part of the input: a bad one, and one that belongs to another input.
  ...(['bad', 'used'] as const).flatMap((key): OrderCase[] => {
    const answers = {
      ...common,
      input: key === 'bad' ? 'InvalidInputError' : 'IdempotencyKeyReusedError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'AlreadyOrgUserError',
    }
    /** Lets the caller use the key before, unless they can't. */
    const keyOf = async (has: (fault: Fault) => boolean, use: (key: string) => Promise<unknown>) => {
      const idempotencyKey = crypto.randomUUID()
      if (!has('input')) return { idempotencyKey }
      if (key === 'bad') return { idempotencyKey: '' }
      if (!has('sign-in') && !has('permission')) await use(idempotencyKey)
      return { idempotencyKey }
    }
    return [
      {
        mutation: 'createOrgInvite',
        answers,
        async testCase(fixture, has) {
          const { client, orgId, named, close } = await prepare(fixture, has)
          const withKey = await keyOf(has, (idempotencyKey) =>
            invite(client, orgId, newAddress(), { idempotencyKey }),
          )
          await close()
          const email = has('state') ? fixture.people.user.email : newAddress()
          const roles = [has('rank') ? 'OWNER' : 'USER']
          return { client, input: { orgId: named, invitee: { email }, roles, ...withKey } }
        },
      },
      {
        mutation: 'addOrgUser',
        answers,
        async testCase(fixture, has) {
          const { client: other, orgId, named, close } = await prepare(fixture, has)
          const { server, people } = fixture
          const adder = has('rank')
            ? await createToken(server, server.instance, ['MEMBER_ADD'])
            : server.instance
          const client = has('sign-in') || has('permission') ? other : adder
          const withKey = await keyOf(has, async (idempotencyKey) => {
            const { id } = await server.signUp()
            await mutate(client, 'addOrgUser', { orgId, userId: id, idempotencyKey })
          })
          await close()
          const userId = (has('state') ? people.user : people.outsider).id
          return { client, input: { orgId: named, userId, roles: ['OWNER'], ...withKey } }
        },
      },
    ]
  }),
]
