import { lookup } from 'node:dns/promises'
import { reasonOf, shownUrl } from '../../auth/fetchKeySet.js'
import { errorCode } from '../../lib/errorCode.js'
import { type Check, type Finding, ok, warning } from './check.js'

const FETCH_WITHIN_MS = 5_000

/** The names that settings contain, and the page to which links in mails lead. */
export const addressChecks: readonly Check[] = [
  {
    name: 'app url',
    reads: ['APP_URL'],
    async run({ http: { appUrl }, production }, signal) {
      if (appUrl === undefined) return []
      return [...(production ? encryptionOf(appUrl) : []), await reachabilityOf(appUrl, signal)]
    },
  },
  {
    name: 'dns',
    reads: ['APP_URL', 'SMTP_URL'],
    async run({ http: { appUrl }, mail: { smtpUrl } }) {
      const urls = Object.entries({ APP_URL: appUrl, SMTP_URL: smtpUrl }).filter(
        ([, url]) => url !== undefined,
      )
      return Promise.all(urls.map(([setting, url = '']) => resolutionOf(setting, new URL(url).hostname)))
    },
  },
]

function encryptionOf(appUrl: string): Finding[] {
  if (appUrl.startsWith('https:')) return []
  return [
    warning(
      'app url',
      'APP_URL is not https://, so links from mails can be read on the way',
      'Serve the app by https, and change APP_URL.',
    ),
  ]
}

async function reachabilityOf(appUrl: string, signal: AbortSignal): Promise<Finding> {
  const url = shownUrl(appUrl)
  const cure =
    'Links in mails lead there: check that people can open it. It may be right that this machine can’t.'
  try {
    const response = await fetch(appUrl, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_WITHIN_MS)]),
    })
    await response.body?.cancel()
    const message = `${url} answers with ${response.status}`
    return response.status >= 500 ? warning('app url', message, cure) : ok('app url', message)
  } catch (error) {
    return warning('app url', `${url} can’t be reached from here: ${reasonOf(error)}`, cure)
  }
}

async function resolutionOf(setting: string, hostname: string): Promise<Finding> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  try {
    const { address } = await lookup(host)
    return ok('dns', `${host} of ${setting} is ${address}`)
  } catch (error) {
    return warning(
      'dns',
      `${host} of ${setting} has no address (${errorCode(error)})`,
      `Check the name in ${setting}, and the DNS of this machine.`,
    )
  }
}
