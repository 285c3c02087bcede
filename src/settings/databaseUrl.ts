import { urlOf } from './kinds.js'

/** The modes of libpq, and `no-verify` of node-postgres. */
const TLS_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']
/** Modes that node-postgres would treat as `verify-full`. */
const LIBPQ_ALONE = ['prefer', 'require', 'verify-ca']

const optionsOf = (text: string) => (URL.canParse(text) ? new URL(text).searchParams : new URLSearchParams())

/**
 * The URL of a PostgreSQL. `sslmode` has libpq's meaning, which providers of such URLs expect. Unlike in libpq, `prefer`
 * and `allow` do not fall back to an unencrypted connection.
 */
export const databaseUrl = () =>
  urlOf('postgres', 'postgresql')
    .refine(
      (text) => !optionsOf(text).has('schema'),
      'has ?schema=, which PostgreSQL does not know: name a schema by ?options=-c%20search_path%3Dguildhall',
    )
    .refine(
      (text) => {
        const mode = optionsOf(text).get('sslmode')
        return mode === null || TLS_MODES.includes(mode)
      },
      `has a sslmode that is none of ${TLS_MODES.join(', ')}`,
    )
    .refine((text) => {
      const options = optionsOf(text)
      return options.get('sslmode') !== 'verify-ca' || options.has('sslrootcert')
    }, 'has sslmode=verify-ca, which needs sslrootcert: the file of the certificate authority')
    .transform(asNodePostgres)

/** The URL for node-postgres, which would warn on stderr about modes that it treats differently. */
function asNodePostgres(text: string): string {
  const said = text
    .replace(/([?&]sslmode=)allow(?=&|$)/, '$1prefer')
    // Node trusts the system's certificate authorities anyway.
    .replace(/([?&])sslrootcert=system(?=&|$)/, '$1sslmode=verify-full')
  const options = optionsOf(said)
  const isLibpqAlone = LIBPQ_ALONE.includes(options.get('sslmode') ?? '')
  return isLibpqAlone && !options.has('uselibpqcompat') ? `${said}&uselibpqcompat=true` : said
}

/** The host and the name of a database, for the log: without user, password and options. */
export function shownDatabase(databaseUrl: string): string {
  const { host, pathname, searchParams } = new URL(databaseUrl)
  return `${host || (searchParams.get('host') ?? 'local socket')}${pathname}`
}

/** How connections to a PostgreSQL are protected, for the log. */
export function tlsOf(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  const mode = url.searchParams.get('sslmode')
  const verified = url.searchParams.has('sslrootcert')
  if (mode === 'disable') return 'off'
  if (mode === null)
    return ['true', '1'].includes(url.searchParams.get('ssl') ?? '') || verified ? 'verified' : 'off'
  if (mode === 'no-verify' || mode === 'prefer' || (mode === 'require' && !verified)) return 'not verified'
  return 'verified'
}
