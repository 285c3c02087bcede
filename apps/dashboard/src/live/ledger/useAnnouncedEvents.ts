import { useEffect } from 'preact/hooks'
import { eventInWords, plain } from '../../model/words.js'
import { announce } from '../../ui/announce.js'
import type { OrgRoom } from '../state/orgRoom.js'

/** Tells who can't see the ledger move what happens. */
export function useAnnouncedEvents(room: OrgRoom): void {
  useEffect(
    () =>
      room.onChange((event) => {
        if (event) announce(plain(eventInWords(event)))
      }),
    [room],
  )
}
