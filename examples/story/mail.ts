import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Receives the invitees' mail. */
export interface Mailbox {
  /** All mails so far, oldest first. */
  mails(): Promise<readonly Mail[]>
  close(): void
}

/** A real SMTP server, which Guildhall sends to (its SMTP_URL). */
export async function smtpMailbox(port: number): Promise<Mailbox> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    closeTimeout: 100,
    onData(stream, _, done) {
      stream.toArray().then(async (chunks: Buffer[]) => {
        const { to, subject = '', text = '' } = await PostalMime.parse(Buffer.concat(chunks))
        mails.push({ to: to?.[0]?.address ?? '', subject, text })
        done()
      }, done)
    },
  })
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return { mails: async () => mails, close: () => server.close() }
}

/** The local mailbox of a Guildhall server without SMTP_URL, which people read at /mail. */
export function localMailbox(url: string): Mailbox {
  return {
    async mails() {
      const response = await fetch(`${url}/mail.json`)
      if (!response.ok)
        throw new Error(`This server has no mailbox: set EXAMPLE_SMTP_PORT to where it sends.`)
      return ((await response.json()) as Mail[]).reverse()
    },
    close() {},
  }
}

/** Waits for the `nth` mail to an address, at most 10 s, and reads its invite token. */
export async function openMail(mailbox: Mailbox, to: string, nth: number) {
  for (let tries = 0; tries < 200; tries++) {
    const mail = (await mailbox.mails()).filter((one) => one.to === to)[nth - 1]
    if (mail) {
      const token = /\/invites\/(\S+)/.exec(mail.text)?.[1]
      if (!token) throw new Error(`The mail to ${to} has no link.`)
      return { ...mail, token }
    }
    await sleep(50)
  }
  throw new Error(`No mail came to ${to}.`)
}
