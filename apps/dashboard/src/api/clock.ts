import { signal } from '@preact/signals'

let ahead = 0

/**
 * Learns how far the server's clock is from this machine's, by an answer's Date header (whole seconds):
 * what happened a moment ago shall not look as if it were to come.
 */
export function learnServerTime(date: string | null): void {
  const server = date ? Date.parse(date) : Number.NaN
  if (Number.isNaN(server)) return
  const difference = server + 500 - Date.now()
  ahead = Math.abs(difference) > 2000 ? difference : 0
}

/** The server's time, milliseconds since the epoch, to a second or so. */
export function serverNow(): number {
  return Date.now() + ahead
}

/** `serverNow`, each second while somebody looks. */
export const now = signal(serverNow())

setInterval(() => {
  if (document.visibilityState === 'visible') now.value = serverNow()
}, 1000)

document.addEventListener('visibilitychange', () => {
  now.value = serverNow()
})
