import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { errorCode } from '../../lib/errorCode.js'
import type { Settings } from '../../settings/settings.js'
import { type Check, ok, problem, warning } from './check.js'

const MB = 1024 ** 2
const TOO_LITTLE_MB = 100
const LITTLE_MB = 1_024

/** Whether DATA_DIR can be written and has room, if something is kept there. */
export const dataDirCheck: Check = {
  name: 'data dir',
  reads: ['DATA_DIR', 'DATABASE_URL', 'SMTP_URL', 'AUTH_JWT_SECRET', 'AUTH_JWKS_URL'],
  async run(settings) {
    if (!isUsed(settings)) return []
    const { dataDir } = settings.database
    // The first start creates it.
    const existing = await nearestExisting(resolve(dataDir))
    try {
      await access(existing, constants.W_OK)
    } catch (error) {
      return [
        problem(
          'data dir',
          `${dataDir} can’t be written (${errorCode(error)})`,
          'Change its owner (chown -R), or set another DATA_DIR.',
        ),
      ]
    }
    const { bavail, bsize } = await statfs(existing)
    const freeMb = Math.floor((bavail * bsize) / MB)
    const message = `${dataDir} has ${freeMb} MB of free space`
    const cure = 'Make room, or set another DATA_DIR.'
    if (freeMb < TOO_LITTLE_MB) return [problem('data dir', message, cure)]
    if (freeMb < LITTLE_MB) return [warning('data dir', message, cure)]
    return [ok('data dir', message)]
  },
}

function isUsed({ production, database, mail, auth }: Settings): boolean {
  const keepsMails = !production && mail.smtpUrl === undefined
  return database.url === undefined || keepsMails || auth.keys.by === 'generated'
}

async function nearestExisting(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const isThere = await access(at).then(
      () => true,
      (error) => errorCode(error) !== 'ENOENT',
    )
    if (isThere || at === dirname(at)) return at
  }
}
