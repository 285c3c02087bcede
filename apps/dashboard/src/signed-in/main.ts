import { keepReturn, peekDeparture } from '../api/openId/handover.js'
import { CHANNEL } from '../api/openId/tabs.js'

// The provider returns here: in the tab that has left for it, in a window beside a page, or in a hidden frame.

const query = location.search
const state = new URLSearchParams(query).get('state') ?? ''
const departure = peekDeparture()
const isTop = window.parent === window

if (isTop && departure?.state === state && isPlace(departure.place)) {
  keepReturn(query)
  location.replace(departure.place)
} else {
  // Without an answer, the page that has opened this window is gone.
  const late = setTimeout(() => {
    if (isTop) location.replace('/live')
  }, 8_000)
  const channel = new BroadcastChannel(CHANNEL)
  channel.addEventListener('message', ({ data }) => {
    if (data.type !== 'taken' || data.state !== state) return
    clearTimeout(late)
    document.title = data.text
    document.body.textContent = data.text
    window.close()
  })
  channel.postMessage({ type: 'returned', state, query })
}

/** A path of this origin. */
function isPlace(place: string): boolean {
  return place.startsWith('/') && !place.startsWith('//')
}
