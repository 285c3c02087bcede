import { signal } from '@preact/signals'

/** How far the server's clock is ahead of this machine's, ms. */
let offset = 0

/**
 * Measures the difference between the server's clock and this machine's, from the Date header of a response (whole
 * seconds). Without it, an event of a moment ago could look as if it were in the future.
 */
export function learnServerTime(date: string | null): void {
  const server = date ? Date.parse(date) : Number.NaN
  if (Number.isNaN(server)) return
  const difference = server + 500 - Date.now()
  offset = Math.abs(difference) > 2000 ? difference : 0
}

/** The server's time in ms since the epoch, accurate to about a second. */
export function serverNow(): number {
  return Date.now() + offset
}

/** `serverNow`, updated every second while the page is visible. */
export const now = signal(serverNow())

setInterval(() => {
  if (document.visibilityState === 'visible') now.value = serverNow()
}, 1000)

document.addEventListener('visibilitychange', () => {
  now.value = serverNow()
})
