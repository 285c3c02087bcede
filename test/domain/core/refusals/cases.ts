import { createOrgAccessToken } from './cases/accessToken.js'
import { createApiToken, deleteUser, revokeApiToken, upsertUser } from './cases/account.js'
import { deleteAppRole, upsertAppRole } from './cases/appRole.js'
import {
  bindEmailDomain,
  unbindEmailDomain,
  updateEmailDomain,
  verifyEmailDomain,
} from './cases/emailDomain.js'
import {
  acceptOrgInvite,
  declineOrgInvite,
  deleteOrgInvite,
  requestOrgInviteRenewal,
  revokeOrgInvite,
} from './cases/endInvite.js'
import type { Cases } from './cases/fixture.js'
import { createOrgInviteLink, joinOrgByLink, revokeOrgInviteLink } from './cases/inviteLink.js'
import {
  approveOrgJoinRequest,
  declineOrgJoinRequest,
  requestToJoinOrg,
  withdrawOrgJoinRequest,
} from './cases/joinRequest.js'
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
import {
  createWebhook,
  deleteWebhook,
  pingWebhook,
  redeliverWebhookDelivery,
  rotateWebhookSecret,
  updateWebhook,
} from './cases/webhook.js'

/** For every mutation, a case for each member of its union. */
export const cases: Record<string, Cases> = {
  createOrg,
  updateOrg,
  deleteOrg,
  setOrgResourceCount,
  bindEmailDomain,
  updateEmailDomain,
  verifyEmailDomain,
  unbindEmailDomain,
  createOrgInvite,
  createOrgInvites,
  resendOrgInvite,
  revokeOrgInvite,
  deleteOrgInvite,
  acceptOrgInvite,
  declineOrgInvite,
  requestOrgInviteRenewal,
  createOrgInviteLink,
  revokeOrgInviteLink,
  joinOrgByLink,
  requestToJoinOrg,
  approveOrgJoinRequest,
  declineOrgJoinRequest,
  withdrawOrgJoinRequest,
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
  createWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  pingWebhook,
  redeliverWebhookDelivery,
}
