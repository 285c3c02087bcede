import type { Connection } from '@guildhall/client/events'
import { useEffect, useRef } from 'preact/hooks'
import { now } from '../api/clock.js'
import { isOnline } from '../api/retry.js'
import { pause } from '../api/session.js'
import { announce } from '../ui/announce.js'
import { Icon } from '../ui/icons.js'
import { words } from '../words/words.js'
import { type OrgStore, POLL_EVERY_MS } from './state/orgStore.js'

interface ConnectionStatusProps {
  /** Null before it is known which org is shown. */
  store: OrgStore | null
  /** Left out where nobody should cut the connection. */
  onDisconnect?: () => void
  onReconnect(): void
}

/** How up to date the page is. It says no more than is known: before the org is loaded it is not live. */
export function ConnectionStatus({ store, onDisconnect, onReconnect }: ConnectionStatusProps) {
  const { kind, text } = lampOf(store)
  const w = words().connection
  const connection = store?.connection.value
  const canReconnect = kind === 'disconnected' || (kind === 'ended' && store?.state.value !== 'missing')
  const wasInTrouble = useRef(false)

  useEffect(() => {
    const isInTrouble = troubles.has(kind)
    if (isInTrouble) announce(text)
    else if (kind === 'live' && wasInTrouble.current)
      announce(connection?.state === 'live' && connection.replayed > 0 ? text : w.liveAgain)
    if (kind !== 'connecting') wasInTrouble.current = isInTrouble
  }, [kind, text])

  return (
    <div class="connection-group">
      <p class={`connection connection-${kind}`}>
        <span class="connection-dot" aria-hidden="true" />
        <span class="connection-text">
          {connection?.state === 'disconnected' && kind === 'disconnected'
            ? w.cutFor(secondsSince(connection.since))
            : text}
        </span>
      </p>
      {onDisconnect && (kind === 'live' || kind === 'replaying') && (
        <button type="button" class="button quiet" onClick={onDisconnect} title={w.cutHint}>
          <Icon name="cut" />
          <span class="connection-action">{w.cut}</span>
        </button>
      )}
      {canReconnect && (
        <button type="button" class="button quiet" onClick={onReconnect}>
          <Icon name="join" />
          <span class="connection-action">{w.reconnect}</span>
        </button>
      )}
    </div>
  )
}

type Kind = Connection['state'] | 'offline' | 'polling'

const troubles: ReadonlySet<Kind> = new Set(['offline', 'reconnecting', 'disconnected', 'ended'])

function lampOf(store: OrgStore | null): { kind: Kind; text: string } {
  const w = words().connection
  if (!isOnline.value) return { kind: 'offline', text: w.offline }
  if (pause.value !== null) return { kind: 'offline', text: w.endedSignedOut }
  if (!store || store.state.value === 'loading') return { kind: 'connecting', text: w.connecting }
  const connection = store.connection.value
  if (connection.state === 'disconnected') return { kind: 'disconnected', text: w.cutOff }
  if (store.state.value === 'failed') return { kind: 'reconnecting', text: w.reconnecting }
  const isPolling =
    store.state.value === 'ready' && store.watching.value === 'nothing' && connection.state !== 'ended'
  if (!isPolling) return { kind: connection.state, text: describe(connection) }
  if (store.problem.value) return { kind: 'reconnecting', text: w.reconnecting }
  return { kind: 'polling', text: w.polling(POLL_EVERY_MS / 1_000) }
}

function secondsSince(since: number): number {
  now.value
  return Math.max(0, Math.floor((Date.now() - since) / 1000))
}

function describe(connection: Connection): string {
  const w = words().connection
  switch (connection.state) {
    case 'connecting':
      return w.connecting
    case 'live':
      return connection.replayed === 0 ? w.live : w.liveAfter(connection.replayed)
    case 'replaying':
      return w.replaying(connection.done, connection.of)
    case 'reconnecting':
      return w.reconnecting
    case 'disconnected':
      return w.cutOff
    case 'ended':
      return describeEnd(connection.code)
  }
}

function describeEnd(code: string): string {
  const w = words().connection
  switch (code) {
    case 'UNAUTHENTICATED':
      return w.endedSignedOut
    case 'FORBIDDEN':
      return w.endedRight
    case 'NOT_FOUND':
    case 'COMPLETE':
      return w.endedGone
    default:
      return w.ended
  }
}
