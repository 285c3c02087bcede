import { Resolver } from 'node:dns/promises'
import type { Outage } from '../../lib/outage.js'
import type { Domain } from '../users/domain.js'

/** The DNS record that proves control of a domain. Its owner publishes it. */
export type DnsChallenge = { readonly recordName: string; readonly recordValue: string }

/** No resolver gave a usable answer, so nothing is known about the domain. */
export class DnsUnavailable extends Error {
  override readonly name = 'DnsUnavailable'
}

/** Looks up TXT records. */
export interface TxtResolver {
  /**
   * The TXT records of a name, each as one text. None if the name or the record type doesn't exist.
   * @throws {DnsUnavailable} if no resolver answers in time, or one answers with a failure
   */
  resolveTxt(name: string, signal?: AbortSignal): Promise<string[]>
}

const TRY_MS = 2_000
const TRIES = 2
/** The longest time for all attempts and servers together. It is short, because a person is waiting. */
const DEADLINE_MS = 8_000

const absent = new Set(['ENOTFOUND', 'ENODATA'])

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown'

/**
 * Asks these resolvers (`127.0.0.1:5353`, `[::1]:53`), or those of the system if there are none.
 * @param outage logs when no resolver answers any more, and when one answers again
 * @throws {TypeError} if a server is not an address
 */
export const dnsResolver = (servers: readonly string[] = [], outage?: Outage): TxtResolver => {
  // A new resolver for each query, because `cancel` cancels all queries of a resolver.
  const open = () => {
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES })
    if (servers.length > 0) resolver.setServers(servers)
    return resolver
  }
  open()
  const checkRoot = outage && rootCheck(outage, () => open().resolveNs('.'))

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
        if (!signal?.aborted) checkRoot?.()
        throw new DnsUnavailable(`No answer for the TXT records of ${name}: ${code}.`, { cause: error })
      } finally {
        either.removeEventListener('abort', cancel)
      }
    },
  }
}

/**
 * Reports an outage only if the resolvers do not answer a query about the root either. A user who binds a domain
 * controls its name servers, and could let them fail to fill the log with outages. Only one such query runs at a time,
 * and no request waits for it.
 */
const rootCheck = (outage: Outage, askRoot: () => Promise<unknown>): (() => void) => {
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
 * The record that an org has to publish. `secret` is random and belongs to this org and domain only, so that nobody can
 * use the record of another org.
 */
export const challengeFor = (domain: Domain, secret: string): DnsChallenge => ({
  recordName: `_guildhall-challenge.${domain}`,
  recordValue: `guildhall-domain-verification=${secret}`,
})

/**
 * Whether the record exists. Other TXT records of the same name are ignored.
 * @throws {DnsUnavailable} if no resolver answers
 */
export const provesControl = async (
  resolver: TxtResolver,
  { recordName, recordValue }: DnsChallenge,
  signal?: AbortSignal,
): Promise<boolean> => {
  const records = await resolver.resolveTxt(recordName, signal)
  return records.some((record) => record.trim() === recordValue)
}
