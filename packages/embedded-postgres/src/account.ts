import { readFileSync, statSync } from 'node:fs'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'

/** The user account that PostgreSQL's programs run as. */
export interface Account {
  uid: number
  gid: number
}

/**
 * PostgreSQL refuses to run as root. If this process runs as root, PostgreSQL runs as the owner of the existing
 * cluster. Without a cluster it runs as `postgres`, or if there is no such user, as `nobody`. Undefined if this process
 * does not run as root: then PostgreSQL runs as the same user.
 *
 * @throws EmbeddedPostgresError if there is no such user.
 */
export function accountFor(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  if (process.platform !== 'linux')
    throw new EmbeddedPostgresError('PostgreSQL does not run as root: start the server as another user.')
  const account = ownerOf(cluster) ?? userNamed('postgres') ?? userNamed('nobody')
  if (account) return account
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and /etc/passwd names neither "postgres" nor "nobody". ' +
      'Start the server as another user, or set DATABASE_URL.',
  )
}

function ownerOf(path: string): Account | undefined {
  try {
    const { uid, gid } = statSync(path)
    return uid === 0 ? undefined : { uid, gid }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function userNamed(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}
