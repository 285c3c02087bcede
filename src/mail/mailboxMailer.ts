import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { uuidv7 } from 'uuidv7'
import type { Mailer } from './mail.js'
import { messageOf } from './message.js'

/**
 * "Sends" each mail by writing it to a file in `directory`, complete or not at all, to be read at `/mail`. File names
 * sort by time. Only the owner can read the files, because their links let people join orgs.
 */
export const mailboxMailer = (directory: string, from = 'Guildhall <guildhall@localhost>'): Mailer => {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    async send(mail) {
      const { message } = await transport.sendMail(messageOf(mail, from))
      if (!Buffer.isBuffer(message)) throw new TypeError('Expected the whole message at once')
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const name = uuidv7()
      const unfinished = join(directory, `${name}.part`)
      try {
        await writeFile(unfinished, message, { mode: 0o600, flush: true })
        await rename(unfinished, join(directory, `${name}.eml`))
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
    },
    close: () => transport.close(),
  }
}
