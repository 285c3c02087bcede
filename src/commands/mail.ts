import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { composeInviteMail, type InviteLetter } from '../domain/invites/inviteMail.js'
import { StartError } from '../lib/startError.js'
import { type MailKind, mailKinds, mailLanguages, openMailTemplates } from '../mail/mailer.js'
import { type Given, print } from './run.js'

/** Writes all mails with sample values into files. It needs no database and sends nothing. */
export async function previewMails({ settings, progress, json }: Given, out: string): Promise<number> {
  const templates = openMailTemplates(settings.mail.templatesDir, settings.brand)
  let files = 0
  for (const locale of mailLanguages) {
    const folder = join(out, locale)
    progress.show(`Writing ${folder} …`)
    try {
      await mkdir(folder, { recursive: true })
      for (const kind of mailKinds) {
        const { subject, text, html } = composeInviteMail(templates, kind, { ...sampleOf(kind), locale })
        await writeFile(join(folder, `${kind}.subject.txt`), `${subject}\n`)
        await writeFile(join(folder, `${kind}.text.txt`), text)
        await writeFile(join(folder, `${kind}.html`), html)
        files += 3
      }
    } catch (error) {
      throw new StartError(`The mails can’t be written into ${out}: ${(error as Error).message}`)
    }
  }
  progress.end()
  print(json ? JSON.stringify({ files, out }) : `${files} files are in ${out}.`)
  return 0
}

const sample: Omit<InviteLetter, 'locale'> = {
  to: 'ada@example.org',
  orgName: 'Acme & Sons',
  inviterName: 'Grace Hopper',
  roles: ['USER', 'ADMIN'],
  message: 'Welcome!\n\nSee you on Monday at ten.',
  acceptUrl: 'https://app.example.com/invites/gi_0123456789abcdefghijklmnopqrstuvwxyz',
  expiresAt: new Date('2027-03-05T14:05:00Z'),
  messageId: '<invite.sample.1@app.example.com>',
}

/** The mail that asks for a new link goes to the inviter, and leads to the app. */
const sampleOf = (kind: MailKind): Omit<InviteLetter, 'locale'> =>
  kind === 'renewal'
    ? { ...sample, to: 'grace@example.org', invitee: sample.to, acceptUrl: 'https://app.example.com' }
    : sample
