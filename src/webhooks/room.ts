import type { Candidate } from './lookout.js'

/**
 * The room for places on one server. An endpoint that does not answer takes one for ten seconds. `inTrouble`: of it, for
 * places whose last attempt failed, or that were slow lately. So they leave room for the others.
 */
const ROOM = { all: 192, inTrouble: 64 }
/**
 * The same while requests fill the server, because deliveries can wait and requests can't. Here places don't count whose
 * endpoints don't answer: they cost nothing, and a few of them must not hold up all others.
 */
const ROOM_WHILE_BUSY = { all: 2, inTrouble: 1 }
/** For one webhook of the instance, which may have a place in every org. */
const ROOM_PER_WEBHOOK = 8
const ROOM_PER_HOST = 16

/** A place that takes room. */
interface Taken {
  webhookId: string
  host: string
  inTrouble: boolean
  isStuck: boolean
}

/**
 * The room that is left beside the places that a server holds.
 * @param isBusy whether requests fill the server
 */
export function roomBeside(held: readonly Taken[], isBusy: boolean) {
  const room = isBusy ? ROOM_WHILE_BUSY : ROOM
  const count = (of: (place: Taken) => string) => {
    const counts = new Map<string, number>()
    for (const place of held) counts.set(of(place), (counts.get(of(place)) ?? 0) + 1)
    return counts
  }
  const webhooks = count(({ webhookId }) => webhookId)
  const hosts = count(({ host }) => host)
  const counted = isBusy ? held.filter(({ isStuck }) => !isStuck) : held
  let all = counted.length
  let inTrouble = counted.filter((place) => place.inTrouble).length
  return {
    left: () => Math.max(0, room.all - all),
    fullWebhooks: () => [...webhooks].filter(([, taken]) => taken >= ROOM_PER_WEBHOOK).map(([id]) => id),
    take({ webhookId, url }: Candidate, isInTrouble: boolean): boolean {
      const host = hostOf(url)
      const [ofWebhook, ofHost] = [webhooks.get(webhookId) ?? 0, hosts.get(host) ?? 0]
      if (all >= room.all || ofWebhook >= ROOM_PER_WEBHOOK || ofHost >= ROOM_PER_HOST) return false
      if (isInTrouble && inTrouble >= room.inTrouble) return false
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
