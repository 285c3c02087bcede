import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Hint } from '../../domain/core/transact.js'
import { everythingText, hintTexts } from './hintText.js'

/** The shortest time between two messages. Hints that come in between are sent together. */
const SEND_EVERY_MS = 20
/** If more ids are waiting, for example because the connection is broken, it sends `everything` instead. */
const MAX_WAITING = 5_000

export interface Outbox {
  put(hint: Hint): void
  /** Stops sending. Resolves when the message that is being sent is done. */
  close(): Promise<void>
}

/**
 * Collects a server's hints for the other servers. The first hint is sent at once. Hints that come meanwhile are merged
 * into the next message, with each org and user once.
 * @param send may fail. Then its hints are lost, and `onError` is called.
 */
export function outbox(
  sender: string,
  send: (text: string) => Promise<unknown>,
  onError: (error: unknown) => void,
): Outbox {
  let orgIds = new Set<string>()
  let userIds = new Set<string>()
  let endedIds = new Set<string>()
  let webhooks = false
  let sending: Promise<void> | undefined
  let lastSend = 0
  let closed = false

  function take(): string[] {
    const hint = { orgIds: [...orgIds], userIds: [...userIds], endedIds: [...endedIds], webhooks }
    orgIds = new Set()
    userIds = new Set()
    endedIds = new Set()
    webhooks = false
    const many = hint.orgIds.length + hint.userIds.length + hint.endedIds.length > MAX_WAITING
    return many ? [everythingText(sender)] : hintTexts(sender, hint)
  }

  async function sendAll(): Promise<void> {
    // Waits one turn, so that the first message contains all hints of a commit.
    await Promise.resolve()
    while (!closed && (webhooks || orgIds.size + userIds.size + endedIds.size > 0)) {
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
      for (const id of hint.endedIds ?? []) endedIds.add(id)
      webhooks ||= hint.webhooks === true
      sending ??= sendAll()
    },
    async close() {
      closed = true
      await sending
    },
  }
}
