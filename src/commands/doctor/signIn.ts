import { importJWK, type JWK } from 'jose'
import { fetchKeySet, reasonOf, shownUrl } from '../../auth/fetchKeySet.js'
import { LEEWAY_MS } from '../../auth/jwt.js'
import { type Check, type Finding, ok, problem, warning } from './check.js'

const FETCH_WITHIN_MS = 5_000

/** The keys of the identity provider, and its clock. */
export const signInCheck: Check = {
  name: 'sign-in',
  reads: ['AUTH_JWKS_URL', 'AUTH_JWT_SECRET'],
  async run({ auth }, signal) {
    if (auth.keys.by !== 'jwks') return []
    const { url } = auth.keys
    try {
      const { keys, date } = await fetchKeySet(url, {
        redirect: 'manual',
        headers: { accept: 'application/json, application/jwk-set+json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_WITHIN_MS)]),
      })
      const usable = await Promise.all(keys.map(isUsable))
      const count = usable.filter(Boolean).length
      return [aboutKeys(shownUrl(url), keys.length, count), ...aboutClock(date)]
    } catch (error) {
      return [
        problem(
          'sign-in',
          `the keys at ${shownUrl(url)} can’t be fetched: ${reasonOf(error)}`,
          'Nobody can sign in. Check AUTH_JWKS_URL, and the way from here to the identity provider.',
        ),
      ]
    }
  },
}

function aboutKeys(url: string, all: number, usable: number): Finding {
  if (usable > 0)
    return ok('sign-in', `${url} has ${usable === 1 ? 'a usable key' : `${usable} usable keys`}`)
  return problem(
    'sign-in',
    all === 0 ? `${url} has no keys` : `none of the ${all} keys at ${url} can verify a token`,
    'Nobody can sign in. Use an identity provider that signs by RS, PS, ES or EdDSA.',
  )
}

/** The algorithm by which a key without `alg` is tried. */
const usualAlgorithms: Record<string, string> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' }

async function isUsable(key: unknown): Promise<boolean> {
  const { kty, crv, alg, use } = (key ?? {}) as JWK
  const usual = crv === 'P-384' ? 'ES384' : crv === 'P-521' ? 'ES512' : usualAlgorithms[kty ?? '']
  if (usual === undefined || use === 'enc') return false
  return importJWK(key as JWK, alg ?? usual).then(
    () => true,
    () => false,
  )
}

/** A provider's `Date` is precise to a second, and was sent a moment ago. */
const IMPRECISION_MS = 2_000

function aboutClock(date: string | null): Finding[] {
  const sent = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(sent)) return []
  const aheadMs = Date.now() - sent
  const differs = Math.abs(aheadMs) - IMPRECISION_MS
  if (differs <= 0) return [ok('clock', 'this machine and the identity provider have the same time')]
  const message = `this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the identity provider`
  const cure = 'Set the clock of this machine by NTP: tokens are refused if the clocks differ too much.'
  return [differs > LEEWAY_MS ? problem('clock', message, cure) : warning('clock', message, cure)]
}
