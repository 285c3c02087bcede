import { useEffect } from 'preact/hooks'
import { describeEvent, plainText } from '../../model/text.js'
import { announce } from '../../ui/announce.js'
import type { OrgStore } from '../state/orgStore.js'

/** Announces new events to screen readers. */
export function useAnnouncedEvents(store: OrgStore): void {
  useEffect(
    () =>
      store.onChange((event) => {
        if (event) announce(plainText(describeEvent(event)))
      }),
    [store],
  )
}
