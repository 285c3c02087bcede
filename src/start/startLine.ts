import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../lib/packageRoot.js'
import { tlsOf } from '../settings/databaseUrl.js'
import type { Settings } from '../settings/settings.js'

/** What a server in production runs on, for the line that says that it listens. Nothing secret. */
export function startLine({ database, mail, auth, workers }: Settings): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string
  }
  const { url, redisUrl } = database
  return {
    version,
    node: process.versions.node,
    database: url === undefined ? 'embedded' : 'DATABASE_URL',
    ...(url !== undefined && { databaseTls: tlsOf(url) }),
    hints: redisUrl !== undefined ? 'redis' : url !== undefined || workers > 1 ? 'postgresql' : 'none',
    mail: mail.smtpUrl === undefined ? 'off' : new URL(mail.smtpUrl).host,
    signIn: auth.keys.by === 'jwks' ? new URL(auth.keys.url).host : auth.keys.by,
  }
}

/** What is likely not meant so in production. */
export function doubtsOf({ database, mail }: Settings): string[] {
  return [
    ...(database.url === undefined
      ? [
          `DATABASE_URL is not set: the embedded PostgreSQL keeps everything in ${database.dataDir}, for one server alone`,
        ]
      : []),
    ...(mail.smtpUrl === undefined ? ['SMTP_URL is not set: no mail is sent'] : []),
  ]
}
