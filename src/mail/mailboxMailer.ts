import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { uuidv7 } from 'uuidv7'
import type { Mailer } from './mail.js'
import { messageOf } from './message.js'

/**
 * "Sends" each mail into a file of its own in `directory`, whole or not at all, for a person to read at
 * `/mail`. Named by time. Only the owner may read them: they carry links that let people in.
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
