import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { onTestFinished } from 'vitest'

export type Received = Omit<Email, 'sender'> & {
  readonly raw: string
  readonly recipients: readonly string[]
  readonly sender: string
  readonly secure: boolean
}

export interface MailServerOptions extends SMTPServerOptions {
  /** Default: a free port. */
  port?: number
  /**
   * Runs when a mail is stored, before the sender gets the answer. `cut` ends all connections
   * without an answer.
   */
  onKept?: (mail: Received, cut: () => void) => Promise<void> | void
}

/** A real SMTP server on a free port of loopback. It stores the mails that it accepts. */
export const openMailServer = async ({ onKept, port: asked = 0, ...options }: MailServerOptions = {}) => {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    // Its certificate is not trusted, so it offers TLS only to tests that ask for it.
    hideSTARTTLS: true,
    closeTimeout: 100,
    onData(stream, { envelope, secure }, done) {
      const keep = async () => {
        const raw = await text(stream)
        const mail: Received = {
          ...(await PostalMime.parse(raw)),
          raw,
          recipients: envelope.rcptTo.map(({ address }) => address),
          sender: envelope.mailFrom ? envelope.mailFrom.address : '',
          secure,
        }
        received.push(mail)
        await onKept?.(mail, cut)
      }
      keep().then(() => done(), done)
    },
    ...options,
  })
  server.on('error', () => {})
  const sockets = new Set<Socket>()
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  server.listen(asked, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    received,
    port,
    url: `${options.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** The same, closed at the end of the test. */
export const startMailServer = async (options: MailServerOptions = {}) => {
  const server = await openMailServer(options)
  onTestFinished(server.close)
  return server
}

/** A mail server's answer, as smtp-server's callbacks expect it. */
export const reply = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })
