import { createApiToken, revokeApiToken, upsertUser } from './scenes/account.js'
import { bindEmailDomain, unbindEmailDomain, verifyEmailDomain } from './scenes/emailDomain.js'
import { acceptOrgInvite, declineOrgInvite, deleteOrgInvite, revokeOrgInvite } from './scenes/endInvite.js'
import { createOrg, deleteOrg, setOrgResourceCount, updateOrg } from './scenes/org.js'
import { leaveOrg, removeOrgUser, updateOrgUserRoles } from './scenes/orgUser.js'
import { createOrgInvite, createOrgInvites, resendOrgInvite } from './scenes/sendInvite.js'
import type { Scenes } from './scenes/theatre.js'

/** For every mutation, a scene for each member of its union. */
export const scenes: Record<string, Scenes> = {
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
  updateOrgUserRoles,
  removeOrgUser,
  leaveOrg,
  createApiToken,
  revokeApiToken,
  upsertUser,
}
