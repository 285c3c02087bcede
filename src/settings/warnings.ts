import { secretNames } from './environment.js'
import type { GivenSettings } from './given.js'
import type { Settings } from './settings.js'
import { likelyTypos } from './typos.js'

/** Settings that are likely not what the operator wants. */
export function settingsWarnings(
  { production, database, http, mail, auth }: Settings,
  env: NodeJS.ProcessEnv,
  { file, origins }: GivenSettings,
): string[] {
  const warnings = likelyTypos(env).map(
    ({ name, meant }) => `${name} is not a setting: did you mean ${meant}?`,
  )
  if (file?.isPublic) {
    const secrets = [...secretNames].filter((name) => origins[name] === file.place)
    if (secrets.length > 0)
      warnings.push(
        `${file.place} holds ${secrets.join(', ')}, and every user of this machine can read it: take that right away (chmod o-r), or use ${secrets[0]}_FILE`,
      )
  }
  if (!production) return warnings
  if (database.url === undefined)
    warnings.push(
      `DATABASE_URL is not set: the embedded PostgreSQL keeps all data in ${database.dataDir}, and only one server can use it`,
    )
  if (mail.smtpUrl === undefined) warnings.push('SMTP_URL is not set: no mail is sent')
  if (auth.pages === undefined)
    warnings.push(
      `OIDC_CLIENT_ID is not set: nobody can sign in to the pages of this server. The links in mails lead to ${http.appUrl}, so an application of yours must answer there. If this server does, set OIDC_CLIENT_ID`,
    )
  // A provider signs the tokens of all its applications with the same keys.
  if (auth.keys.by === 'jwks' && auth.audiences === undefined)
    warnings.push(
      'AUTH_AUDIENCE is not set: tokens that the identity provider issued for other applications sign in here too',
    )
  return warnings
}
