import type { Connection } from '@guildhall/client/events'
import { useEffect } from 'preact/hooks'
import { now } from '../api/clock.js'
import { announce } from '../ui/announce.js'
import { Icon } from '../ui/icons.js'
import type { OrgRoom } from './state/orgRoom.js'

/** How the stream of events is doing, and the means to try it. */
export function ConnectionLamp({ room, onCut, onMend }: { room: OrgRoom; onCut(): void; onMend(): void }) {
  const connection = room.connection.value
  const watching = room.watching.value
  const { state } = connection

  useEffect(() => {
    if (state === 'cut' || state === 'reconnecting' || state === 'ended') announce(stateInWords(connection))
    else if (connection.state === 'live' && connection.replayed > 0) announce(stateInWords(connection))
  }, [state, connection])

  if (room.state.value !== 'missing' && watching === 'nothing' && state !== 'ended') {
    return (
      <p class="lamp lamp-asking">
        <span class="lamp-light" aria-hidden="true" />
        Read every 20 s
      </p>
    )
  }
  const cuttable = state === 'live' || state === 'replaying'
  const mendable = state === 'cut' || (state === 'ended' && room.state.value !== 'missing')
  return (
    <div class="lamp-group">
      <p class={`lamp lamp-${state}`}>
        <span class="lamp-light" aria-hidden="true" />
        <span class="lamp-words">
          {stateInWords(connection)}
          {state === 'cut' && connection.state === 'cut' && ` for ${secondsSince(connection.since)} s`}
        </span>
      </p>
      {cuttable && (
        <button
          type="button"
          class="button quiet"
          onClick={onCut}
          title="Cut the connection, to see that nothing is missed"
        >
          <Icon name="cut" />
          <span class="lamp-action">Cut the connection</span>
        </button>
      )}
      {mendable && (
        <button type="button" class="button quiet" onClick={onMend}>
          <Icon name="join" />
          <span class="lamp-action">Reconnect</span>
        </button>
      )}
    </div>
  )
}

function secondsSince(since: number): number {
  now.value
  return Math.max(0, Math.floor((Date.now() - since) / 1000))
}

export function stateInWords(connection: Connection): string {
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
    case 'cut':
      return 'Cut off'
    case 'ended':
      return endInWords(connection.code)
  }
}

function endInWords(code: string): string {
  switch (code) {
    case 'FORBIDDEN':
      return 'Ended: you lost the right to watch'
    case 'NOT_FOUND':
    case 'OVER':
      return 'Ended: the org is gone, or you are no longer in it'
    default:
      return 'Ended'
  }
}
