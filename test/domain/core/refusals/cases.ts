import { createOrgAccessToken } from './cases/accessToken.js'
import { createApiToken, deleteUser, revokeApiToken, upsertUser } from './cases/account.js'
import { deleteAppRole, upsertAppRole } from './cases/appRole.js'
import { bindEmailDomain, unbindEmailDomain, verifyEmailDomain } from './cases/emailDomain.js'
import { acceptOrgInvite, declineOrgInvite, deleteOrgInvite, revokeOrgInvite } from './cases/endInvite.js'
import type { Cases } from './cases/fixture.js'
import { createOrgInviteLink, joinOrgByLink, revokeOrgInviteLink } from './cases/inviteLink.js'
import { createOrg, deleteOrg, setOrgResourceCount, updateOrg } from './cases/org.js'
import {
  addOrgUser,
  leaveOrg,
  reinstateOrgUser,
  removeOrgUser,
  suspendOrgUser,
  transferOrgOwnership,
  updateOrgUserRoles,
} from './cases/orgUser.js'
import { createOrgInvite, createOrgInvites, resendOrgInvite } from './cases/sendInvite.js'

/** For every mutation, a case for each member of its union. */
export const cases: Record<string, Cases> = {
  createOrg,
  updateOrg,
  deleteOrg,
  setOrgResourceCount,
  bindEmailDomain,
  verifyEmailDomain,
  unbindEmailDomain,
  createOrgInvite,
  createOrgInvites,
  resendOrgInvite,
  revokeOrgInvite,
  deleteOrgInvite,
  acceptOrgInvite,
  declineOrgInvite,
  createOrgInviteLink,
  revokeOrgInviteLink,
  joinOrgByLink,
  addOrgUser,
  updateOrgUserRoles,
  transferOrgOwnership,
  removeOrgUser,
  suspendOrgUser,
  reinstateOrgUser,
  leaveOrg,
  createApiToken,
  revokeApiToken,
  createOrgAccessToken,
  upsertUser,
  deleteUser,
  upsertAppRole,
  deleteAppRole,
}
