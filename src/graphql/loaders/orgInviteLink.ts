import type { Context } from '../context.js'
import { authorityIn } from '../viewer.js'
import { loadById } from './loadById.js'

const inviteLinksById = loadById('orgInviteLink')

/** A link by id, or null if the viewer lacks INVITE_READ in its org. */
export async function visibleInviteLink(context: Context, id: string) {
  const link = await inviteLinksById(context).load(id)
  if (!link) return null
  const { permissions } = await authorityIn(context, link.orgId)
  return permissions.has('INVITE_READ') ? link : null
}
