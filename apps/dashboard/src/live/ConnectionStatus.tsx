import type { Connection } from '@guildhall/client/events'
import { useEffect } from 'preact/hooks'
import { now } from '../api/clock.js'
import { announce } from '../ui/announce.js'
import { Icon } from '../ui/icons.js'
import type { OrgStore } from './state/orgStore.js'

/** The state of the event stream, with a button to cut the connection and see that no event is lost. */
export function ConnectionStatus({
  store,
  onDisconnect,
  onReconnect,
}: {
  store: OrgStore
  onDisconnect(): void
  onReconnect(): void
}) {
  const connection = store.connection.value
  const watching = store.watching.value
  const { state } = connection

  useEffect(() => {
    if (state === 'disconnected' || state === 'reconnecting' || state === 'ended')
      announce(describeState(connection))
    else if (connection.state === 'live' && connection.replayed > 0) announce(describeState(connection))
  }, [state, connection])

  if (store.state.value !== 'missing' && watching === 'nothing' && state !== 'ended') {
    return (
      <p class="connection connection-polling">
        <span class="connection-dot" aria-hidden="true" />
        Read every 20 s
      </p>
    )
  }
  const canDisconnect = state === 'live' || state === 'replaying'
  const canReconnect = state === 'disconnected' || (state === 'ended' && store.state.value !== 'missing')
  return (
    <div class="connection-group">
      <p class={`connection connection-${state}`}>
        <span class="connection-dot" aria-hidden="true" />
        <span class="connection-text">
          {describeState(connection)}
          {state === 'disconnected' &&
            connection.state === 'disconnected' &&
            ` for ${secondsSince(connection.since)} s`}
        </span>
      </p>
      {canDisconnect && (
        <button
          type="button"
          class="button quiet"
          onClick={onDisconnect}
          title="Cut the connection, to see that nothing is missed"
        >
          <Icon name="cut" />
          <span class="connection-action">Cut the connection</span>
        </button>
      )}
      {canReconnect && (
        <button type="button" class="button quiet" onClick={onReconnect}>
          <Icon name="join" />
          <span class="connection-action">Reconnect</span>
        </button>
      )}
    </div>
  )
}

function secondsSince(since: number): number {
  now.value
  return Math.max(0, Math.floor((Date.now() - since) / 1000))
}

function describeState(connection: Connection): string {
  switch (connection.state) {
    case 'connecting':
      return 'Connecting'
    case 'live':
      if (connection.replayed === 0) return 'Live'
      return `Live, ${connection.replayed} missed ${connection.replayed === 1 ? 'event' : 'events'} replayed`
    case 'replaying':
      return `Replaying ${connection.done} of ${connection.of}`
    case 'reconnecting':
      return 'Reconnecting'
    case 'disconnected':
      return 'Cut off'
    case 'ended':
      return describeEnd(connection.code)
  }
}

function describeEnd(code: string): string {
  switch (code) {
    case 'FORBIDDEN':
      return 'Ended: you lost the right to watch'
    case 'NOT_FOUND':
    case 'COMPLETE':
      return 'Ended: the org is gone, or you are no longer in it'
    default:
      return 'Ended'
  }
}
