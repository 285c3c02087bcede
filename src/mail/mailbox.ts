import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { errorCode } from '../lib/errorCode.js'
import { isUuid } from '../lib/uuid.js'

export type MailboxMail = {
  readonly id: string
  readonly to: string
  readonly from: string
  readonly subject: string
  /** When it was sent, as ISO 8601. */
  readonly date: string
  readonly text: string
  readonly html: string
  readonly messageId: string
  /** The http(s) links in its HTML, without duplicates. */
  readonly links: readonly string[]
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const linksOf = (html: string): string[] => {
  const targets = [...html.matchAll(/<a\s(?:[^<>]*?\s)?href="([^"]*)"/gi)].map(([, target = '']) =>
    target.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => entities[name] ?? whole),
  )
  return [...new Set(targets)].filter((target) => /^https?:\/\//i.test(target))
}

const ignoreMissing = (error: unknown): null => {
  if (errorCode(error) === 'ENOENT') return null
  throw error
}

/** The mails that `mailboxMailer` wrote into `directory`. */
export const openMailbox = (directory: string) => {
  const read = async (id: string): Promise<MailboxMail | null> => {
    // Ids are UUIDs. The check keeps a request from reading any other file.
    if (!isUuid(id)) return null
    const file = await readFile(join(directory, `${id}.eml`)).catch(ignoreMissing)
    if (file === null) return null
    const mail = await PostalMime.parse(file)
    const html = mail.html ?? ''
    return {
      id,
      to: mail.to?.[0]?.address ?? '',
      from: mail.from?.address ?? '',
      subject: mail.subject ?? '',
      date: mail.date ?? '',
      text: (mail.text ?? '').replaceAll('\r\n', '\n').trimEnd(),
      html,
      messageId: mail.messageId ?? '',
      links: linksOf(html),
    }
  }
  return {
    /** Null if there is no mail with this id. */
    read,
    /** Newest first. */
    async list(limit: number): Promise<readonly MailboxMail[]> {
      const names = (await readdir(directory).catch(ignoreMissing)) ?? []
      const ids = names.filter((name) => name.endsWith('.eml')).map((name) => name.slice(0, -'.eml'.length))
      const newest = ids.sort().reverse().slice(0, limit)
      const mails = await Promise.all(newest.map(read))
      return mails.filter((mail) => mail !== null)
    },
  }
}
