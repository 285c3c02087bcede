import { EventEmitter, once } from 'node:events'
import sql, { type Sql } from 'sql-template-tag'
import { effectivePermissions } from '../apiToken/effectivePermissions.js'
import { badUserInput, forbidden, unauthenticated } from '../graphql/errors.js'
import type { Actor } from '../identity/actor.js'
import { membershipOf } from '../orgUser/membership.js'
import { authorityOfRoles } from '../permission/permission.js'
import type { Database } from '../platform/database.js'
import type { Hint } from '../transact.js'
import type { EventStreams, InboxStream, OrgStream } from './eventStreams.js'
import type { OrgEventRow } from './orgEvent.js'

const POLL_MS = 1_000
const BATCH = 500

/** Streams of one process: every delivery is a read of the table, woken by hints and by a poll each second. */
export function openEventStreams(
  database: Database,
): EventStreams & { hint(hint: Hint): void; close(): void } {
  const wake = new EventEmitter().setMaxListeners(0)
  const closing = new AbortController()

  async function mayWatch({ actor, orgId, permission }: OrgStream): Promise<boolean> {
    switch (actor.kind) {
      case 'nobody':
        return false
      case 'person':
        return authorityOfRoles(
          (await membershipOf(database, orgId, actor.userId))?.roles ?? [],
        ).permissions.has(permission)
      case 'token': {
        if (actor.orgId !== null && actor.orgId !== orgId) return false
        const held = actor.tokenId ? await effectivePermissions(database, actor.tokenId) : actor.permissions
        return held.has(permission)
      }
    }
  }

  async function* follow(
    topic: string,
    actor: Actor,
    start: number,
    read: (after: number) => Promise<Array<OrgEventRow & { position: number }>>,
    check: () => Promise<boolean>,
  ): AsyncGenerator<OrgEventRow> {
    let position = start
    let woken = true
    const listener = () => {
      woken = true
    }
    wake.on(topic, listener)
    try {
      while (!closing.signal.aborted) {
        woken = false
        if (actor.kind !== 'nobody' && actor.expiresAt && actor.expiresAt <= new Date())
          throw unauthenticated()
        if (!(await check())) return
        const events = await read(position)
        for (const { position: at, ...event } of events) {
          position = at
          yield event
        }
        if (events.length === 0 && !woken)
          await Promise.race([
            once(wake, topic, { signal: AbortSignal.any([AbortSignal.timeout(POLL_MS), closing.signal]) }),
          ]).catch(() => {})
      }
    } finally {
      wake.off(topic, listener)
    }
  }

  return {
    org(stream) {
      const { orgId, only } = stream
      const where: Sql =
        only === undefined
          ? sql`true`
          : only === 'invites'
            ? sql`kind = 'INVITE'`
            : sql`org_invite_id = ${only.orgInviteId}`
      return (async function* () {
        const [org] = await database.query<{ eventSeq: number }>(
          sql`select event_seq from org where id = ${orgId}`,
        )
        if (!org || !(await mayWatch(stream))) throw forbidden()
        if (stream.after !== null && stream.after > org.eventSeq)
          throw badUserInput('`after` is no cursor of this stream.')
        yield* follow(
          `org:${orgId}`,
          stream.actor,
          stream.after ?? org.eventSeq,
          (after) =>
            database.query(sql`
              select *, seq as position from org_event where org_id = ${orgId} and seq > ${after} and ${where}
              order by seq limit ${BATCH}
            `),
          async () => {
            const [still] = await database.query(sql`select 1 from org where id = ${orgId}`)
            if (!still) return false
            if (!(await mayWatch(stream))) throw forbidden()
            return true
          },
        )
      })()
    },
    inbox({ userId, after, actor }: InboxStream) {
      return (async function* () {
        const [user] = await database.query<{ inboxSeq: number }>(
          sql`select inbox_seq from "user" where id = ${userId}`,
        )
        if (!user) throw forbidden()
        if (after !== null && after > user.inboxSeq)
          throw badUserInput('`after` is no cursor of this stream.')
        yield* follow(
          `user:${userId}`,
          actor,
          after ?? user.inboxSeq,
          (from) =>
            database.query(sql`
              select *, inbox_seq as position from org_event where inbox_user_id = ${userId} and inbox_seq > ${from}
              order by inbox_seq limit ${BATCH}
            `),
          async () => true,
        )
      })()
    },
    hint({ orgIds, userIds }) {
      for (const id of orgIds) wake.emit(`org:${id}`)
      for (const id of userIds) wake.emit(`user:${id}`)
    },
    close: () => closing.abort(),
  }
}
