import {
  type AppRoles,
  type InstanceHead,
  instanceHead,
  type OrgHeads,
  orgHeads,
  type Query,
} from './documents.js'
import { MirrorError } from './mirrorError.js'

/** The key of the one stream of all orgs. The key of another stream is the id of its org. */
export const ALL = '*'

/** Where each stream is on the server now. */
export interface Heads extends AppRoles {
  /** @throws {MirrorError} if the org is gone, or the token can't read it or its events */
  of(key: string): string
}

/** @param keys of the streams: only `ALL`, or ids of at most 100 orgs */
export async function readHeads(query: Query, keys: readonly string[]): Promise<Heads> {
  if (keys[0] === ALL) {
    const { instanceEventCursor, appRoles } = await query<InstanceHead>(instanceHead)
    return { appRoles, of: () => instanceEventCursor }
  }
  const { nodes, appRoles } = await query<OrgHeads>(orgHeads, { ids: keys })
  return {
    appRoles,
    of(key) {
      const org = nodes.find((one) => one?.id === key)
      if (!org) throw new MirrorError('ORG_NOT_FOUND', `There is no org ${key}, or the token can’t read it.`)
      if (org.eventCursor === null) throw new MirrorError('FORBIDDEN', 'The mirror’s token needs EVENT_READ.')
      return org.eventCursor
    },
  }
}
