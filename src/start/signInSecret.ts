import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../lib/startError.js'

/** The secret of sign-in tokens where no other is set: made once, so that tokens outlive a restart. */
export async function signInSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'jwt-secret')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (['EACCES', 'EPERM', 'EROFS'].includes(error.code))
      throw new StartError(
        `The sign-in secret can’t be kept in DATA_DIR ${dataDir} (${error.code}): set AUTH_JWT_SECRET.`,
      )
    if (error.code !== 'EEXIST') throw error
  })
  return readFile(file, 'utf8')
}
