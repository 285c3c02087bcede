import type { Context } from '../context.js'
import { authorityIn, isSelf } from '../viewer.js'
import { loadById } from './loadById.js'

const joinRequestsById = loadById('orgJoinRequest')

/** A join request by id, or null if the viewer neither has INVITE_READ in its org nor made it. */
export async function visibleJoinRequest(context: Context, id: string | null) {
  if (id === null) return null
  const request = await joinRequestsById(context).load(id)
  if (!request) return null
  const { permissions } = await authorityIn(context, request.orgId)
  return permissions.has('INVITE_READ') || isSelf(context, request.userId) ? request : null
}
