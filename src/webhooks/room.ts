import type { Candidate } from './lookout.js'

// The room for places on one server. An endpoint that does not answer takes one for ten seconds.
const ROOM = 192
/** Of it, for places whose last attempt failed, or that were slow lately. So they leave room for the others. */
const ROOM_IN_TROUBLE = 64
/** For one webhook of the instance, which may have a place in every org. */
const ROOM_PER_WEBHOOK = 8
const ROOM_PER_HOST = 16

/** A place that takes room. */
interface Taken {
  webhookId: string
  host: string
  inTrouble: boolean
}

/** The room that is left beside the places that a server holds. */
export function roomBeside(held: readonly Taken[]) {
  const count = (of: (place: Taken) => string) => {
    const counts = new Map<string, number>()
    for (const place of held) counts.set(of(place), (counts.get(of(place)) ?? 0) + 1)
    return counts
  }
  const webhooks = count(({ webhookId }) => webhookId)
  const hosts = count(({ host }) => host)
  let all = held.length
  let inTrouble = held.filter((place) => place.inTrouble).length
  return {
    left: () => ROOM - all,
    fullWebhooks: () => [...webhooks].filter(([, taken]) => taken >= ROOM_PER_WEBHOOK).map(([id]) => id),
    take({ webhookId, url }: Candidate, isInTrouble: boolean): boolean {
      const host = hostOf(url)
      const [ofWebhook, ofHost] = [webhooks.get(webhookId) ?? 0, hosts.get(host) ?? 0]
      if (all >= ROOM || ofWebhook >= ROOM_PER_WEBHOOK || ofHost >= ROOM_PER_HOST) return false
      if (isInTrouble && inTrouble >= ROOM_IN_TROUBLE) return false
      all += 1
      inTrouble += isInTrouble ? 1 : 0
      webhooks.set(webhookId, ofWebhook + 1)
      hosts.set(host, ofHost + 1)
      return true
    },
  }
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
