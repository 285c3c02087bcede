import type { z } from 'zod'
import { quoted } from '../lib/quoted.js'
import { BadTemplates, openMailTemplates } from '../mail/mailer.js'
import { Environment, secretNames } from './environment.js'
import type { GivenSettings } from './given.js'
import { problemWithFile } from './smallFile.js'

/** `message` lists all bad settings, one per line, and repeats no secret. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings'
  /** The same for the log. */
  readonly oneLine: string
  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? 'A setting is wrong:' : `${problems.length} settings are wrong:`
    super(`${count}\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.oneLine = `${count} ${problems.join('; ')}`
  }
}

/** Where a value comes from, at the end of a problem. Nothing for the environment, if there is no other source. */
const from = (name: string, { origins, file }: GivenSettings): string => {
  const origin = origins[name]
  return origin === undefined || (origin === 'environment' && file === undefined) ? '' : ` (${origin})`
}

/** What is wrong with single settings: the first problem of each. */
export const problemsOf = (error: z.ZodError, given: GivenSettings): string[] => {
  const said = new Set<string>()
  return error.issues.flatMap(({ path, message }) => {
    const name = String(path[0])
    if (said.has(name)) return []
    said.add(name)
    const value = secretNames.has(name) ? '' : `, not ${quoted(given.values[name] ?? '')}`
    return [`${name} ${message}${value}${from(name, given)}`]
  })
}

/** Rules between settings. They read the raw texts, so that they also report while other settings are bad. */
export const problemsBetween = (given: GivenSettings): string[] => {
  const { values, unknown } = given
  const problems: string[] = []
  const has = (name: keyof Environment) => values[name] !== undefined
  const lacks = (name: keyof Environment) => !has(name) && unknown !== 'all' && !unknown.has(name)
  if (has('AUTH_JWT_SECRET') && has('AUTH_JWKS_URL'))
    problems.push(
      `AUTH_JWT_SECRET${from('AUTH_JWT_SECRET', given)} and AUTH_JWKS_URL${from('AUTH_JWKS_URL', given)} exclude each other: set one of them`,
    )
  for (const name of ['AUTH_JWT_SECRET', 'INSTANCE_TOKEN'] as const)
    if (has(`${name}_PREVIOUS`) && lacks(name))
      problems.push(`${name}_PREVIOUS is only used beside ${name}: set both, or none`)
  problems.push(...problemsOfPages(given, lacks))
  if (isSameAddress(values))
    problems.push(
      `METRICS_PORT${from('METRICS_PORT', given)} and PORT${from('PORT', given)} are the same: choose another`,
    )
  problems.push(...problemsOfTemplates(values.MAIL_TEMPLATES_DIR))
  problems.push(...problemsOfLogo(given))
  if (values.NODE_ENV !== 'production') return problems
  if (lacks('AUTH_JWT_SECRET') && lacks('AUTH_JWKS_URL'))
    problems.push('AUTH_JWT_SECRET or AUTH_JWKS_URL is required in production')
  if (lacks('APP_URL')) problems.push('APP_URL is required in production')
  if (has('SMTP_URL') && lacks('MAIL_FROM'))
    problems.push('MAIL_FROM is required in production where SMTP_URL is set')
  return problems
}

/** The pages sign people in only where the server then accepts the tokens. */
function problemsOfPages(given: GivenSettings, lacks: (name: keyof Environment) => boolean): string[] {
  const { values } = given
  if (values.OIDC_CLIENT_ID === undefined)
    return (['OIDC_SCOPES', 'OIDC_AUDIENCE', 'OIDC_RESOURCE'] as const).flatMap((name) =>
      values[name] !== undefined && lacks('OIDC_CLIENT_ID')
        ? [`${name}${from(name, given)} is only used with OIDC_CLIENT_ID: set both, or none`]
        : [],
    )
  const problems: string[] = []
  for (const name of ['AUTH_ISSUER', 'AUTH_JWKS_URL'] as const)
    if (lacks(name)) problems.push(`${name} is required where OIDC_CLIENT_ID is set`)
  const issuer = values.AUTH_ISSUER
  if (issuer !== undefined && !isIssuerUrl(issuer))
    problems.push(
      `AUTH_ISSUER must be the URL of an OpenID provider where OIDC_CLIENT_ID is set, not ${quoted(issuer)}${from('AUTH_ISSUER', given)}`,
    )
  return problems
}

/** OpenID Connect Discovery 1.0, section 2: https, no query and no fragment. Without TLS only for tests. */
const isIssuerUrl = (text: string): boolean =>
  /^https?:[^?#]+$/.test(text) && URL.canParse(text) && new URL(text).username === ''

/** Whether the metrics ask for the port on which the server itself listens. */
function isSameAddress({ METRICS_PORT, PORT, HOST, METRICS_HOST }: GivenSettings['values']): boolean {
  const { shape } = Environment
  const port = shape.METRICS_PORT.safeParse(METRICS_PORT).data
  const hosts = [shape.HOST.safeParse(HOST).data, shape.METRICS_HOST.safeParse(METRICS_HOST).data]
  const [host, ofMetrics] = hosts
  const overlap = host === ofMetrics || hosts.includes('0.0.0.0') || hosts.includes('::')
  return port !== undefined && port !== 0 && port === shape.PORT.safeParse(PORT).data && overlap
}

function problemsOfTemplates(directory: string | undefined): string[] {
  if (directory === undefined) return []
  try {
    openMailTemplates(directory)
    return []
  } catch (error) {
    if (!(error instanceof BadTemplates)) throw error
    return error.problems.map((problem) => `MAIL_TEMPLATES_DIR ${problem}`)
  }
}

const MAX_LOGO_BYTES = 200_000

function problemsOfLogo(given: GivenSettings): string[] {
  const { BRAND_LOGO_URL, BRAND_LOGO_FILE } = given.values
  if (BRAND_LOGO_FILE === undefined) return []
  if (BRAND_LOGO_URL !== undefined)
    return [
      `BRAND_LOGO_URL${from('BRAND_LOGO_URL', given)} and BRAND_LOGO_FILE${from('BRAND_LOGO_FILE', given)} exclude each other: set one of them`,
    ]
  const problem = problemWithFile(BRAND_LOGO_FILE, MAX_LOGO_BYTES)
  return problem === undefined
    ? []
    : [`BRAND_LOGO_FILE names a file that ${problem}${from('BRAND_LOGO_FILE', given)}`]
}
