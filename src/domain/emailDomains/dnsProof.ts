import { Resolver } from 'node:dns/promises'
import type { Outage } from '../../lib/outage.js'
import type { Domain } from '../users/domain.js'

/** The record that shows control of a domain, as its owner is asked to publish it. */
export type DnsChallenge = { readonly recordName: string; readonly recordValue: string }

/** No resolver gave an answer that counts: nothing is known, so nothing may be concluded. */
export class DnsUnavailable extends Error {
  override readonly name = 'DnsUnavailable'
}

/** The one thing asked of the DNS. */
export interface TxtResolver {
  /**
   * The TXT records of a name, each in one piece; none where the name or the type doesn't exist.
   * @throws {DnsUnavailable} where no resolver answers in time or one answers with a failure
   */
  resolveTxt(name: string, signal?: AbortSignal): Promise<string[]>
}

const TRY_MS = 2_000
const TRIES = 2
/** Over all tries and servers: a person is waiting. */
const DEADLINE_MS = 8_000

const absent = new Set(['ENOTFOUND', 'ENODATA'])

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'

/**
 * Asks these resolvers (`127.0.0.1:5353`, `[::1]:53`), or those of the system where there are none.
 * @param outage told when no resolver answers any more, and when one does again
 * @throws {TypeError} where one is no address
 */
export const dnsResolver = (servers: readonly string[] = [], outage?: Outage): TxtResolver => {
  // A resolver for each question, because cancelling one cancels all that it was asked.
  const open = () => {
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES })
    if (servers.length > 0) resolver.setServers(servers)
    return resolver
  }
  open()
  const suspect = outage && suspicion(outage, () => open().resolveNs('.'))

  return {
    async resolveTxt(name, signal) {
      const resolver = open()
      const deadline = AbortSignal.timeout(DEADLINE_MS)
      const either = signal ? AbortSignal.any([signal, deadline]) : deadline
      if (either.aborted) throw new DnsUnavailable('The look-up was cancelled.')
      const cancel = () => resolver.cancel()
      either.addEventListener('abort', cancel, { once: true })
      try {
        const records = await resolver.resolveTxt(name)
        outage?.over()
        return records.map((chunks) => chunks.join(''))
      } catch (error) {
        const code = codeOf(error)
        if (absent.has(code)) {
          outage?.over()
          return []
        }
        if (!signal?.aborted) suspect?.()
        throw new DnsUnavailable(`No answer for the TXT records of ${name}: ${code}.`, { cause: error })
      } finally {
        either.removeEventListener('abort', cancel)
      }
    },
  }
}

/**
 * Whoever binds a domain chooses its name servers, and can have them fail or be silent. So that strangers can't fill
 * the log with outages, one is reported only where the resolvers don't answer a question about the root either. Asks
 * it once at a time, and nobody waits for it.
 */
const suspicion = (outage: Outage, askRoot: () => Promise<unknown>): (() => void) => {
  let asking = false
  return () => {
    if (asking) return
    asking = true
    askRoot()
      .catch((error: unknown) => {
        const code = codeOf(error)
        if (!absent.has(code)) outage.report(new DnsUnavailable(`no resolver answers (${code})`))
      })
      .finally(() => {
        asking = false
      })
  }
}

/**
 * What an org has to publish. `secret` is random and of this org and domain alone, so that nobody can
 * point to the record of another.
 */
export const challengeFor = (domain: Domain, secret: string): DnsChallenge => ({
  recordName: `_guildhall-challenge.${domain}`,
  recordValue: `guildhall-domain-verification=${secret}`,
})

/**
 * Whether the record stands, beside whatever else is there.
 * @throws {DnsUnavailable} where that can't be known now
 */
export const provesControl = async (
  resolver: TxtResolver,
  { recordName, recordValue }: DnsChallenge,
  signal?: AbortSignal,
): Promise<boolean> => {
  const records = await resolver.resolveTxt(recordName, signal)
  return records.some((record) => record.trim() === recordValue)
}
