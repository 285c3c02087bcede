import { act, foundOrg, invite } from '../../../support/mutate.js'
import { orgOf, tokenOf } from '../../../support/people.js'
import {
  bound,
  inactive,
  newAddress,
  newDomain,
  newName,
  noInvite,
  none,
  type Scene,
  type Theatre,
} from './cases/fixture.js'

export type Fault = 'sign-in' | 'existence' | 'permission' | 'input' | 'rank' | 'org status' | 'state'

/** One mutation with everything wrong that can be wrong with it: contract §3 says which counts first. */
export interface Ladder {
  mutation: string
  /** What each fault is answered with when it is the first. */
  answers: Partial<Record<Fault, string>>
  /** Somebody's act with these faults, and no others. */
  scene(theatre: Theatre, has: (fault: Fault) => boolean): Promise<Scene>
}

const common = {
  'sign-in': 'UNAUTHENTICATED',
  existence: 'NotFoundError',
  permission: 'PermissionDeniedError',
} as const

/** Who asks: nobody, a USER without permissions, an ADMIN below the rank, or the OWNER. */
function asker({ wide, cast }: Theatre, has: (fault: Fault) => boolean) {
  if (has('sign-in')) return wide.nobody
  if (has('permission')) return cast.user
  return has('rank') ? cast.admin : cast.owner
}

async function stage(theatre: Theatre, has: (fault: Fault) => boolean) {
  const orgId = await orgOf(theatre.cast)
  return {
    orgId,
    client: asker(theatre, has),
    named: has('existence') ? none : orgId,
    close: () => (has('org status') ? inactive(theatre, orgId) : undefined),
  }
}

async function secondOwner({ cast }: Theatre, orgId: string) {
  await act(cast.owner, 'updateOrgUserRoles', { orgId, userId: cast.admin.id, add: ['OWNER'] })
}

export const ladders: Ladder[] = [
  {
    mutation: 'createOrgInvite',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'AlreadyOrgUserError',
    },
    async scene(theatre, has) {
      const { client, named, close } = await stage(theatre, has)
      await close()
      const input = {
        orgId: named,
        invitee: { email: has('state') ? theatre.cast.user.email : newAddress() },
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
    async scene(theatre, has) {
      const { client, named, close } = await stage(theatre, has)
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
    mutation: 'resendOrgInvite',
    answers: {
      ...common,
      input: 'InvalidInputError',
      rank: 'RoleNotGrantableError',
      'org status': 'OrgNotActiveError',
      state: 'OrgInviteNotPendingError',
    },
    async scene(theatre, has) {
      const { client, orgId, close } = await stage(theatre, has)
      const { owner } = theatre.cast
      const orgInviteId = await invite(owner, orgId, newAddress(), { roles: ['OWNER'] })
      if (has('state')) await act(owner, 'revokeOrgInvite', { orgInviteId })
      await close()
      const input = {
        orgInviteId: has('existence') ? noInvite : orgInviteId,
        ...(has('input') && { message: 'x'.repeat(1_001) }),
      }
      return { client, input }
    },
  },
  {
    mutation: 'revokeOrgInvite',
    answers: { ...common, rank: 'RoleNotGrantableError', state: 'OrgInviteNotPendingError' },
    async scene(theatre, has) {
      const { client, orgId } = await stage(theatre, has)
      const { owner } = theatre.cast
      const orgInviteId = await invite(owner, orgId, newAddress(), { roles: ['OWNER'] })
      if (has('state')) await act(owner, 'revokeOrgInvite', { orgInviteId })
      return { client, input: { orgInviteId: has('existence') ? noInvite : orgInviteId } }
    },
  },
  {
    mutation: 'deleteOrgInvite',
    answers: { ...common, input: 'InvalidInputError' },
    async scene(theatre, has) {
      const { client, orgId } = await stage(theatre, has)
      const orgInviteId = await invite(theatre.cast.owner, orgId, newAddress())
      if (!has('input')) await act(theatre.cast.owner, 'revokeOrgInvite', { orgInviteId })
      return { client, input: { orgInviteId: has('existence') ? noInvite : orgInviteId } }
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
    async scene(theatre, has) {
      const { orgId, close } = await stage(theatre, has)
      const { owner, admin } = theatre.cast
      const invitee = await theatre.wide.person()
      const orgInviteId = await invite(owner, orgId, invitee.email)
      if (has('state')) await act(owner, 'revokeOrgInvite', { orgInviteId })
      await close()
      return {
        client: has('sign-in') ? theatre.wide.nobody : has('permission') ? admin : invitee,
        input: { invite: { orgInviteId: has('existence') ? noInvite : orgInviteId } },
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
    async scene(theatre, has) {
      const { client, named, orgId, close } = await stage(theatre, has)
      if (!has('state')) await secondOwner(theatre, orgId)
      await close()
      const input = {
        orgId: named,
        userId: theatre.cast.owner.id,
        ...(!has('input') && { remove: ['OWNER'] }),
      }
      return { client, input }
    },
  },
  {
    mutation: 'removeOrgUser',
    answers: { ...common, rank: 'RoleNotGrantableError', state: 'LastOwnerError' },
    async scene(theatre, has) {
      const { client, named, orgId } = await stage(theatre, has)
      if (!has('state')) await secondOwner(theatre, orgId)
      return { client, input: { orgId: named, userId: theatre.cast.owner.id } }
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
    async scene(theatre, has) {
      const { client, named, close } = await stage(theatre, has)
      const name = newName()
      if (has('state')) await foundOrg(theatre.cast.outsider, { name })
      await close()
      return { client, input: { orgId: named, name: has('input') ? '' : name } }
    },
  },
  {
    mutation: 'deleteOrg',
    answers: { ...common, state: 'OrgHasResourcesError' },
    async scene(theatre, has) {
      const { client, named, orgId } = await stage(theatre, has)
      if (has('state'))
        await act(theatre.wide.instance, 'setOrgResourceCount', { orgId, kind: 'robots', count: 1 })
      return { client, input: { orgId: named } }
    },
  },
  {
    mutation: 'setOrgResourceCount',
    answers: { ...common, input: 'InvalidInputError' },
    async scene(theatre, has) {
      const { client, named } = await stage(theatre, has)
      const manager = has('sign-in') || has('permission') ? client : theatre.wide.instance
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
    async scene(theatre, has) {
      const { client, named, close } = await stage(theatre, has)
      await close()
      const domain = has('input') ? 'no domain' : has('state') ? 'gmail.com' : newDomain()
      return { client, input: { orgId: named, domain } }
    },
  },
  {
    mutation: 'verifyEmailDomain',
    answers: { ...common, 'org status': 'OrgNotActiveError', state: 'EmailDomainNotVerifiedError' },
    async scene(theatre, has) {
      const { client, named, orgId, close } = await stage(theatre, has)
      const domain = await bound(theatre, orgId, newDomain(), !has('state'))
      await close()
      return { client, input: { orgId: named, domain } }
    },
  },
  {
    mutation: 'createApiToken',
    answers: { ...common, input: 'InvalidInputError', 'org status': 'OrgNotActiveError' },
    async scene(theatre, has) {
      const { client, named, close } = await stage(theatre, has)
      await close()
      const input = { orgId: named, name: has('input') ? '' : 'a token', permissions: ['ORG_READ'] }
      return { client, input }
    },
  },
  {
    // A permission that the maker lacks is a matter of permission, not of input.
    mutation: 'createApiToken',
    answers: { existence: 'NotFoundError', permission: 'PermissionDeniedError', input: 'InvalidInputError' },
    async scene(theatre, has) {
      const { named } = await stage(theatre, has)
      const permissions = [has('permission') ? 'ORG_MANAGE' : 'ORG_READ']
      return {
        client: theatre.cast.owner,
        input: { orgId: named, name: has('input') ? '' : 'a token', permissions },
      }
    },
  },
  {
    mutation: 'revokeApiToken',
    answers: common,
    async scene(theatre, has) {
      const { client, orgId } = await stage(theatre, has)
      const token = await tokenOf(theatre.wide, theatre.cast.owner, ['ORG_READ'], orgId)
      return { client, input: { apiTokenId: has('existence') ? none : token.id } }
    },
  },
  {
    mutation: 'createOrg',
    answers: { 'sign-in': 'UNAUTHENTICATED', input: 'InvalidInputError', state: 'OrgNameTakenError' },
    async scene(theatre, has) {
      const { wide, cast } = theatre
      const name = newName()
      if (has('state')) await foundOrg(cast.owner, { name })
      const ownerId = has('input') && { ownerId: cast.outsider.id }
      return { client: has('sign-in') ? wide.nobody : cast.outsider, input: { name, ...ownerId } }
    },
  },
  {
    mutation: 'upsertUser',
    answers: {
      'sign-in': 'UNAUTHENTICATED',
      permission: 'PermissionDeniedError',
      input: 'InvalidInputError',
    },
    async scene({ wide, cast }, has) {
      const client = has('sign-in') ? wide.nobody : has('permission') ? cast.owner : wide.instance
      const email = has('input') ? 'nobody' : newAddress()
      return { client, input: { subject: crypto.randomUUID(), email, emailVerified: true } }
    },
  },
]
