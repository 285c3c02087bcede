import type { Queryable } from '../database/database.js'
import type { Outage } from '../lib/outage.js'
import { type DeliveryServices, postSigned, signerOf } from './deliverPlace.js'
import { PING_BODY, type WriteBodies } from './message.js'
import { claimRequests, endRequest, type MessageRequest } from './requests.js'

const AT_ONCE = 32

/** Sends the messages that people ask for: pings, and deliveries once more. They don't wait for the webhook's place. */
export interface RequestSender {
  /** Takes as many as there is room for. It does not wait for their answers. */
  take(): Promise<void>
  /** Those that are being sent. */
  readonly sending: ReadonlySet<Promise<void>>
}

/**
 * @param closing aborts when the server stops: what is being sent then is left to another server
 * @param onSent called after each
 */
export function requestSender({
  database,
  services,
  writeBodies,
  outage,
  closing,
  onSent,
}: {
  database: Queryable
  services: DeliveryServices
  writeBodies: WriteBodies
  outage: Outage
  closing: AbortSignal
  onSent: () => void
}): RequestSender {
  const sending = new Set<Promise<void>>()

  async function send(request: MessageRequest): Promise<void> {
    const { delivery, event, ofInstance } = request
    const isVoid = !request.enabled || (delivery !== null && event === null)
    if (isVoid) return endRequest(database, request, null)
    const [body = PING_BODY] = event ? await writeBodies([event], ofInstance ? 'instance' : 'org') : []
    const message = { id: delivery?.messageId ?? `msg_${request.id.replaceAll('-', '')}`, body }
    const signer = signerOf(services, request)
    const outcome = await postSigned(services.sender, request.url, signer, message, closing)
    if (closing.aborted && outcome.status === null) return
    await endRequest(database, request, outcome)
  }

  return {
    sending,
    async take() {
      const room = AT_ONCE - sending.size
      if (room <= 0) return
      for (const request of await claimRequests(database, room)) {
        const sent: Promise<void> = send(request)
          .catch((error) => outage.report(error))
          .finally(() => {
            sending.delete(sent)
            onSent()
          })
        sending.add(sent)
      }
    },
  }
}
