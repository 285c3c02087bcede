import { useEffect } from 'preact/hooks'
import { describeEvent, eventTone, plainText } from '../../model/text.js'
import { announce } from '../../ui/announce.js'
import type { OrgStore } from '../state/orgStore.js'

/** Announces new events to screen readers: at once if it is the answer to what the viewer did. */
export function useAnnouncedEvents(store: OrgStore, viewerId: string | undefined): void {
  useEffect(
    () =>
      store.onChange((event) => {
        // Each invite is followed by an event about its e-mail. To hear it a second time helps nobody.
        if (!event || eventTone(event) === 'mail') return
        announce(plainText(describeEvent(event)), { soon: event.actor?.id === viewerId })
      }),
    [store, viewerId],
  )
}
