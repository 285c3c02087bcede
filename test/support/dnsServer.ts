import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Answer, decode, encode } from 'dns-packet'

/** RFC 1035, 4.1.1. */
const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }

/** TXT records (each one string or several chunks), a failure, or no answer. */
type Behaviour = readonly (string | string[])[] | 'SERVFAIL' | 'REFUSED' | 'SILENT'

export type DnsServer = {
  /** `127.0.0.1:port`, in the format of DNS_SERVERS. */
  readonly address: string
  /** The names that were asked for so far, in lower case. */
  readonly questions: readonly string[]
  /** Sets the answer for a name from now on. A name that is not set does not exist. */
  set(name: string, behaviour: Behaviour): void
  unset(name: string): void
  /**
   * Sets the addresses of a name, of IPv4 and IPv6.
   * @param next the addresses of each later answer of one type, instead of these: a name that changes while it is used
   */
  setAddresses(name: string, addresses: readonly string[], ...next: (readonly string[])[]): void
  close(): Promise<void>
}

/** A DNS server on loopback over UDP. It is authoritative for the names that a test sets. */
export const startDnsServer = async (): Promise<DnsServer> => {
  const zone = new Map<string, Behaviour>()
  const hosts = new Map<string, { answers: (readonly string[])[]; asked: Record<string, number> }>()
  const questions: string[] = []
  const socket = createSocket('udp4')

  const addressesOf = (name: string, type: 'A' | 'AAAA'): readonly string[] => {
    const host = hosts.get(name)
    if (!host) return []
    const asked = host.asked[type] ?? 0
    host.asked[type] = asked + 1
    const now = host.answers[Math.min(asked, host.answers.length - 1)] ?? []
    return now.filter((address) => address.includes(':') === (type === 'AAAA'))
  }

  socket.on('message', (message, from) => {
    const query = decode(message)
    const question = query.questions?.[0]
    if (!question) return
    const name = question.name.toLowerCase()
    questions.push(name)
    const behaviour = zone.get(name)
    if (behaviour === 'SILENT') return
    const texts = typeof behaviour === 'object' && question.type === 'TXT' ? behaviour : []
    const isKnown = behaviour !== undefined || hosts.has(name)
    const rcode = typeof behaviour === 'string' ? behaviour : isKnown ? 'NOERROR' : 'NXDOMAIN'
    const record = { name: question.name, ttl: 300 }
    const type = question.type === 'A' || question.type === 'AAAA' ? question.type : null
    const answers: Answer[] = [
      ...texts.map((data): Answer => ({ ...record, type: 'TXT', data })),
      ...(type ? addressesOf(name, type).map((data): Answer => ({ ...record, type, data })) : []),
    ]
    // Recursion desired and available. The low four bits of the flags are the response code.
    const flags = 0x0180 | rcodes[rcode]
    socket.send(
      encode({ type: 'response', id: query.id ?? 0, flags, questions: [question], answers }),
      from.port,
      from.address,
    )
  })

  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')

  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    set: (name, behaviour) => void zone.set(name.toLowerCase(), behaviour),
    unset: (name) => void zone.delete(name.toLowerCase()),
    setAddresses: (name, ...answers) => void hosts.set(name.toLowerCase(), { answers, asked: {} }),
    close: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}
