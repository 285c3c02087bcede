import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { guildhallApi, resumingClient, type Token } from '@guildhall/client'
import { WebSocket } from 'ws'
import type { OrgRole } from '../accessToken/verifyAccessToken.js'
import { type Answer, askGuildhall } from './askGuildhall.js'
import type { OrgEvent, Query } from './documents.js'
import { followStream } from './followStream.js'
import { type Freshness, freshness, type Moment, moment, msSince } from './freshness.js'
import { ALL, type Heads, readHeads } from './heads.js'
import { memberships } from './memberships.js'
import { MirrorError } from './mirrorError.js'
import { isFinal, patiently } from './patience.js'
import { readAllOrgs, readOrgs } from './readOrgs.js'
import { newWaiters } from './waiters.js'

export interface MirrorOptions<OnStale extends 'refuse' | 'ask' = 'refuse'> {
  /** For example `https://guildhall.example.com/graphql`. */
  readonly url: string
  /**
   * An API token with ORG_READ, MEMBER_READ and EVENT_READ. A function is called with the token that was refused, and
   * returns a fresh one.
   */
  readonly token: Token
  /** `'all'` needs an instance token. Otherwise the global ids of at most 50 orgs. */
  readonly orgs: 'all' | readonly string[]
  /**
   * The mirror gives no answer that may be older, in ms.
   * @default 10_000
   */
  readonly maxStalenessMs?: number
  /**
   * What happens to a question while the mirror is older than that: it throws a {@link MirrorError}, or it asks Guildhall.
   * @default 'refuse'
   */
  readonly onStale?: OnStale
  /** Called for each failure that the mirror can't mend by itself. It goes on trying. */
  readonly onError?: (error: unknown) => void
}

/** What questions return. With `onStale: 'ask'` it may be a promise: await it. */
type Said<T, OnStale> = 'ask' extends OnStale ? T | Promise<T> : T

export interface MembershipMirror<OnStale extends 'refuse' | 'ask' = 'refuse'> {
  /** The member's roles. Empty for who is no member, or is suspended, and for an org that is not mirrored. */
  roles(userId: string, orgId: string): Said<readonly OrgRole[], OnStale>
  /** The keys of the member's app roles. */
  appRoles(userId: string, orgId: string): Said<readonly string[], OnStale>
  /** Whether one of the member's app roles permits this, such as `project:write`. */
  can(userId: string, orgId: string, appPermission: string): Said<boolean, OnStale>
  /** Everything that was committed before so many ms is in the answers. Infinity until the mirror has read everything. */
  behindMs(): number
  /**
   * Resolves when the mirror can answer.
   * @throws {MirrorError | ApiError} if the token is not accepted, or lacks a permission. The mirror goes on trying.
   */
  ready(): Promise<void>
  /**
   * Resolves when all that was committed before the call is in the answers: call it after a mutation of your own.
   * @param timeoutMs default: `maxStalenessMs`
   * @throws {MirrorError} with the code STALE
   */
  caughtUp(timeoutMs?: number): Promise<void>
  size(): { readonly orgs: number; readonly members: number }
  /** Disconnects. Questions then throw. */
  close(): Promise<void>
}

const MAX_ORGS = 50
const MAX_STALENESS_MS = 10_000
/** How often the mirror asks how far the streams are. */
const CHECK_MS = 500
const SHORTEST_CHECK_MS = 100
const REFUSED_CHECK_MS = 5_000
/** How long one request to Guildhall may take. */
const TIMEOUT_MS = 5_000
/** A question on a broken connection has no answer for a while. The next ones take other connections. */
const MAX_CHECKS = 10
/** If a stream lags for so long behind what the server has told, the connection is dropped, and the streams resume. */
const STUCK_MS = 3_000
const TERMINATED_AT_MOST_EACH_MS = 10_000

/** Keeps all memberships of orgs in memory, and follows their events (docs/decisions/045). */
export function membershipMirror<OnStale extends 'refuse' | 'ask' = 'refuse'>(
  options: MirrorOptions<OnStale>,
): MembershipMirror<OnStale> {
  const { url, token, orgs, maxStalenessMs = MAX_STALENESS_MS, onStale = 'refuse', onError } = options
  const keys = orgs === 'all' ? [ALL] : [...new Set(orgs)]
  if (keys.length === 0 || keys.length > MAX_ORGS)
    throw new TypeError(`membershipMirror needs 1 to ${MAX_ORGS} orgs, or 'all'.`)

  const { query } = guildhallApi({ url, token, timeoutMs: TIMEOUT_MS })
  const client = resumingClient({ url: url.replace(/^http/, 'ws'), token, webSocketImpl: WebSocket })
  const ask = askGuildhall(query)
  const closing = new AbortController()
  const { signal } = closing
  const retried: Query = (...question) => patiently(signal, () => query(...question))

  // Each stream listens.
  setMaxListeners(0, signal)

  const waiters = newWaiters()
  const members = memberships()
  let permissionsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map()
  let definitionsAt: Moment | undefined
  const streams = new Map<string, Freshness>(keys.map((key) => [key, freshness(waiters.changed)]))

  function failed(error: unknown): void {
    onError?.(error)
    if (isFinal(error)) waiters.fail(error)
  }

  function define({ appRoles }: Heads, asked: Moment): void {
    if (definitionsAt && definitionsAt.steady > asked.steady) return
    permissionsOf = new Map(appRoles.map(({ key, permissions }) => [key, new Set(permissions)]))
    definitionsAt = asked
  }

  /**
   * Asks how far the streams are, and what app roles permit, because these have no events.
   * @returns false if the server has refused the question
   */
  async function check(): Promise<boolean> {
    const asked = moment()
    const heads = readHeads(query, [...streams.keys()])
    const checks = [...streams].map(([key, { check }]) => {
      const head = heads.then((all) => all.of(key))
      return check(asked, head)
    })
    await Promise.allSettled(checks)
    try {
      define(await heads, asked)
    } catch (error) {
      // If the server can't be reached, the next question may have an answer.
      if (isFinal(error) && !signal.aborted) failed(error)
      return !isFinal(error)
    } finally {
      waiters.changed()
    }
    return true
  }

  async function keepChecking(): Promise<void> {
    const checkMs = Math.max(SHORTEST_CHECK_MS, Math.min(CHECK_MS, maxStalenessMs / 4))
    let terminatedAt: Moment | undefined
    let checks = 0
    let isRefused = false
    while (!signal.aborted) {
      if (checks < MAX_CHECKS) {
        checks++
        void check().then((isAccepted) => {
          checks--
          isRefused = !isAccepted
        })
      }
      const isStuck = [...streams.values()].some(({ waitingMs }) => waitingMs() > STUCK_MS)
      if (isStuck && (!terminatedAt || msSince(terminatedAt) > TERMINATED_AT_MOST_EACH_MS)) {
        terminatedAt = moment()
        client.terminate()
      }
      await delay(isRefused ? REFUSED_CHECK_MS : checkMs, undefined, { signal }).catch(() => {})
    }
  }

  async function apply(event: OrgEvent): Promise<'applied' | 'read'> {
    if (members.apply(event) !== 'missing') return 'applied'
    const gone = await readOrgs(retried, [event.orgId], members)
    return gone.length > 0 ? 'applied' : 'read'
  }

  async function read(key: string): Promise<string> {
    if (key === ALL) members.clear()
    else members.remove(key)
    const heads = await patiently(signal, () => readHeads(query, [key]))
    if (key === ALL) await readAllOrgs(retried, members)
    else await readOrgs(retried, [key], members)
    return heads.of(key)
  }

  for (const [key, freshness] of streams)
    void followStream({
      key,
      client,
      freshness,
      signal,
      read: () => read(key),
      apply,
      onEnd() {
        members.remove(key)
        streams.delete(key)
        waiters.changed()
      },
      onError: failed,
    })
  void keepChecking()

  const definitionsBehindMs = () => (definitionsAt ? msSince(definitionsAt) : Number.POSITIVE_INFINITY)
  const behindMs = () =>
    Math.max(definitionsBehindMs(), ...[...streams.values()].map(({ behindMs }) => behindMs()))

  /** @throws {MirrorError} */
  function isFresh(orgId: string): boolean {
    if (signal.aborted) throw new MirrorError('CLOSED', 'The mirror is closed.')
    const stream = streams.get(ALL) ?? streams.get(orgId)
    // An org that is not mirrored, or is deleted, has no members: nothing can be outdated.
    const ms = stream ? Math.max(stream.behindMs(), definitionsBehindMs()) : 0
    if (ms <= maxStalenessMs) return true
    if (onStale === 'ask') return false
    throw ms === Number.POSITIVE_INFINITY
      ? new MirrorError('NOT_READY', 'The mirror has not read everything yet.')
      : new MirrorError('STALE', `The mirror is ${Math.round(ms)} ms behind.`)
  }

  function answer<T>(
    userId: string,
    orgId: string,
    known: () => T,
    asked: (answer: Answer) => T,
  ): Said<T, OnStale> {
    const said = isFresh(orgId) ? known() : ask(userId, orgId).then(asked)
    // A promise only if `OnStale` is 'ask', which the compiler can't see.
    return said as Said<T, OnStale>
  }

  /** Undefined for who has no right. */
  const active = (userId: string, orgId: string) => {
    const member = members.get(userId, orgId)
    return member?.isActive ? member : undefined
  }

  return {
    roles: (userId, orgId) =>
      answer(
        userId,
        orgId,
        () => active(userId, orgId)?.roles ?? [],
        ({ roles }) => roles,
      ),
    appRoles: (userId, orgId) =>
      answer(
        userId,
        orgId,
        () => active(userId, orgId)?.appRoles ?? [],
        ({ appRoles }) => appRoles,
      ),
    can: (userId, orgId, appPermission) =>
      answer(
        userId,
        orgId,
        () =>
          active(userId, orgId)?.appRoles.some((key) => permissionsOf.get(key)?.has(appPermission)) ?? false,
        ({ appPermissions }) => appPermissions.has(appPermission),
      ),
    behindMs,
    ready: () => waiters.until(() => behindMs() < Number.POSITIVE_INFINITY),
    async caughtUp(timeoutMs = maxStalenessMs) {
      const before = moment()
      const knowsAll = () =>
        definitionsAt !== undefined &&
        definitionsAt.steady >= before.steady &&
        [...streams.values()].every(({ knows }) => knows(before))
      const done = new AbortController()
      const late = delay(timeoutMs, undefined, { signal: done.signal }).then(() => {
        throw new MirrorError('STALE', `The mirror has not caught up within ${timeoutMs} ms.`)
      })
      void check()
      await Promise.race([waiters.until(knowsAll), late]).finally(() => done.abort())
    },
    size: members.size,
    async close() {
      closing.abort()
      waiters.fail(new MirrorError('CLOSED', 'The mirror is closed.'))
      await client.dispose()
    },
  }
}
