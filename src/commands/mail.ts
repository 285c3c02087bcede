import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { composeInviteMail, type InviteLetter } from '../domain/invites/inviteMail.js'
import { StartError } from '../lib/startError.js'
import { mailKinds, mailLanguages, openMailTemplates } from '../mail/mailer.js'
import type { Settings } from '../settings/settings.js'

const USAGE = `mail preview [--out DIR]   writes all mails with sample values into files, to look at them: DIR/{locale}/{kind}.html, .text.txt
                           and .subject.txt. Without --out, DIR is mail-preview.`

/**
 * The command `mail`. It needs no database and sends nothing.
 * @returns the exit code
 * @throws StartError
 */
export async function mailCommand(args: readonly string[], { mail }: Settings): Promise<number> {
  const { out, help } = optionsOf(args)
  if (help) return print(USAGE)
  const templates = openMailTemplates(mail.templatesDir)
  let files = 0
  for (const locale of mailLanguages) {
    const folder = join(out, locale)
    try {
      await mkdir(folder, { recursive: true })
      for (const kind of mailKinds) {
        const { subject, text, html } = composeInviteMail(templates, kind, { ...sample, locale })
        await writeFile(join(folder, `${kind}.subject.txt`), `${subject}\n`)
        await writeFile(join(folder, `${kind}.text.txt`), text)
        await writeFile(join(folder, `${kind}.html`), html)
        files += 3
      }
    } catch (error) {
      throw new StartError(`The mails can’t be written into ${out}: ${(error as Error).message}`)
    }
  }
  return print(`${files} files are in ${out}.`)
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

function optionsOf([action, ...args]: readonly string[]) {
  const options = {
    out: { type: 'string', default: 'mail-preview' },
    help: { type: 'boolean', default: false },
  } as const
  try {
    if (action === '--help') return { help: true, out: '' }
    if (action !== 'preview') throw new StartError(`Unknown arguments. Usage:\n${USAGE}`)
    return parseArgs({ args, options }).values
  } catch (error) {
    throw error instanceof StartError ? error : new StartError(`${(error as Error).message}\n${USAGE}`)
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
