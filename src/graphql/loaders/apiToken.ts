import { instancePermissions } from '../../domain/core/authority.js'
import type { Context } from '../context.js'
import { authorityIn } from '../viewer.js'
import { loadById } from './loadById.js'

const apiTokensById = loadById('apiToken')

/** A token by id, or null if the viewer may not read it. */
export async function visibleApiToken(context: Context, id: string) {
  const token = await apiTokensById(context).load(id)
  return token && (await mayReadTokens(context, token.orgId)) ? token : null
}

/**
 * The token that caused an event, or null if the viewer may not read it. An org's OWNER may not read an instance token.
 * @param event.orgId the org of the event
 */
export async function visibleActorToken(
  context: Context,
  { orgId, actorTokenId }: { orgId: string; actorTokenId: string | null },
) {
  if (actorTokenId === null) return null
  // Instance tokens with API_TOKEN_READ have it in every org too. Most subscribers don't have it. They share an answer,
  // because this comes before anything that reads the actor.
  const { permissions } = await authorityIn(context, orgId)
  return permissions.has('API_TOKEN_READ') ? visibleApiToken(context, actorTokenId) : null
}

/** @param orgId null for instance tokens */
export async function mayReadTokens(context: Context, orgId: string | null): Promise<boolean> {
  if (orgId !== null) return (await authorityIn(context, orgId)).permissions.has('API_TOKEN_READ')
  return instancePermissions(context.actor).has('API_TOKEN_READ')
}
