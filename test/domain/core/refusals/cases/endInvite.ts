import { foundOrg, invite, join } from '../../../../support/mutate.js'
import { orgOf } from '../../../../support/people.js'
import { inactive, newAddress, revoked, type Scenes } from './fixture.js'
import { resendOrgInvite } from './sendInvite.js'

export const revokeOrgInvite = {
  RevokeOrgInvitePayload: resendOrgInvite.ResendOrgInvitePayload,
  NotFoundError: resendOrgInvite.NotFoundError,
  PermissionDeniedError: resendOrgInvite.PermissionDeniedError,
  RoleNotGrantableError: async ({ cast }) => ({
    client: cast.admin,
    input: { orgInviteId: await invite(cast.owner, await orgOf(cast), newAddress(), { roles: ['OWNER'] }) },
  }),
  OrgInviteNotPendingError: resendOrgInvite.OrgInviteNotPendingError,
} satisfies Scenes

export const deleteOrgInvite = {
  DeleteOrgInvitePayload: resendOrgInvite.OrgInviteNotPendingError,
  NotFoundError: resendOrgInvite.NotFoundError,
  PermissionDeniedError: resendOrgInvite.PermissionDeniedError,
  InvalidInputError: resendOrgInvite.ResendOrgInvitePayload,
} satisfies Scenes

export const declineOrgInvite = {
  DeclineOrgInvitePayload: async ({ wide, cast }) => {
    const client = await wide.person()
    const orgInviteId = await invite(cast.owner, await foundOrg(cast.owner), client.email)
    return { client, input: { invite: { orgInviteId } } }
  },
  NotFoundError: async ({ cast }) => ({ client: cast.owner, input: { invite: { token: 'gi_nothing' } } }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.outsider,
    input: {
      invite: { orgInviteId: await invite(cast.owner, await foundOrg(cast.owner), cast.outsider.email) },
      userId: cast.outsider.id,
    },
  }),
  OrgInviteNotPendingError: async ({ wide, cast }) => {
    const client = await wide.person()
    const orgInviteId = await revoked(cast.owner, await foundOrg(cast.owner), client.email)
    return { client, input: { invite: { orgInviteId } } }
  },
  OrgInviteForAnotherUserError: async ({ cast }) => ({
    client: cast.admin,
    input: { invite: { orgInviteId: await invite(cast.owner, await orgOf(cast), newAddress()) } },
  }),
  EmailNotVerifiedError: async ({ wide, cast }) => {
    const unproven = await wide.person({ verified: false })
    const orgInviteId = await invite(cast.owner, await foundOrg(cast.owner), unproven.email)
    return { client: wide.instance, input: { invite: { orgInviteId }, userId: unproven.id } }
  },
} satisfies Scenes

const { DeclineOrgInvitePayload, ...refusals } = declineOrgInvite

export const acceptOrgInvite = {
  ...refusals,
  AcceptOrgInvitePayload: DeclineOrgInvitePayload,
  LimitReachedError: async ({ tight }) => {
    const owner = await tight.person()
    const orgId = await foundOrg(owner)
    for (let joined = 0; joined < 2; joined++) await join(owner, orgId, await tight.person())
    const client = await tight.person()
    return { client, input: { invite: { orgInviteId: await invite(owner, orgId, client.email) } } }
  },
  OrgNotActiveError: async (theatre) => {
    const orgId = await foundOrg(theatre.cast.owner)
    const client = await theatre.wide.person()
    const orgInviteId = await invite(theatre.cast.owner, orgId, client.email)
    await inactive(theatre, orgId)
    return { client, input: { invite: { orgInviteId } } }
  },
} satisfies Scenes
