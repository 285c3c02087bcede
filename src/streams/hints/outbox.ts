import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Hint } from '../../domain/core/transact.js'
import { everythingText, hintTexts } from './hintText.js'

/** Sendings begin at least this far apart: what comes in between goes out together. */
const SEND_EVERY_MS = 20
/** More than this waiting, as when the way is broken, is said as `everything`. */
const MAX_WAITING = 5_000

export interface Outbox {
  put(hint: Hint): void
  /** Sends no more; resolves once the sending under way is over. */
  close(): Promise<void>
}

/**
 * Gathers the hints of a server for the others: the first goes out at once, those that come while it is on its
 * way follow together, each org and user once.
 * @param send may fail; what it should have sent is lost then, and `onError` is told
 */
export function outbox(
  sender: string,
  send: (text: string) => Promise<unknown>,
  onError: (error: unknown) => void,
): Outbox {
  let orgIds = new Set<string>()
  let userIds = new Set<string>()
  let sending: Promise<void> | undefined
  let lastSend = 0
  let closed = false

  function take(): string[] {
    const hint = { orgIds: [...orgIds], userIds: [...userIds] }
    orgIds = new Set()
    userIds = new Set()
    const many = hint.orgIds.length + hint.userIds.length > MAX_WAITING
    return many ? [everythingText(sender)] : hintTexts(sender, hint)
  }

  async function sendAll(): Promise<void> {
    // What one commit says at once is gathered before the first text is made.
    await Promise.resolve()
    while (!closed && orgIds.size + userIds.size > 0) {
      const wait = lastSend + SEND_EVERY_MS - performance.now()
      if (wait > 0) await delay(wait)
      lastSend = performance.now()
      try {
        for (const text of take()) await send(text)
      } catch (error) {
        onError(error)
      }
    }
    sending = undefined
  }

  return {
    put(hint) {
      if (closed) return
      for (const id of hint.orgIds) orgIds.add(id)
      for (const id of hint.userIds) userIds.add(id)
      sending ??= sendAll()
    },
    async close() {
      closed = true
      await sending
    },
  }
}
