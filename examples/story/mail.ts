import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Where the invitees' mail arrives. */
export interface PostOffice {
  /** All mails so far, oldest first. */
  mails(): Promise<readonly Mail[]>
  close(): void
}

/** A real SMTP server of our own, to which the started server sends (its SMTP_URL). */
export async function smtpOffice(port: number): Promise<PostOffice> {
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

/** The local mailbox of a server without SMTP_URL, for people at /mail. */
export function mailboxOffice(url: string): PostOffice {
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

/** Waits for somebody's `nth` mail, 10 s at most, and opens it. */
export async function openMail(office: PostOffice, to: string, nth: number) {
  for (let tries = 0; tries < 200; tries++) {
    const mail = (await office.mails()).filter((one) => one.to === to)[nth - 1]
    if (mail) {
      const token = /\/invites\/(\S+)/.exec(mail.text)?.[1]
      if (!token) throw new Error(`The mail to ${to} has no link.`)
      return { ...mail, token }
    }
    await sleep(50)
  }
  throw new Error(`No mail came to ${to}.`)
}
