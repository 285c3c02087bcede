import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { decode, encode, type TxtAnswer } from 'dns-packet'

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
  close(): Promise<void>
}

/** A DNS server on loopback over UDP. It is authoritative for the names that a test sets. */
export const startDnsServer = async (): Promise<DnsServer> => {
  const zone = new Map<string, Behaviour>()
  const questions: string[] = []
  const socket = createSocket('udp4')

  socket.on('message', (message, from) => {
    const query = decode(message)
    const question = query.questions?.[0]
    if (!question) return
    const name = question.name.toLowerCase()
    questions.push(name)
    const behaviour = zone.get(name)
    if (behaviour === 'SILENT') return
    const records = typeof behaviour === 'object' && question.type === 'TXT' ? behaviour : []
    const rcode = typeof behaviour === 'string' ? behaviour : behaviour === undefined ? 'NXDOMAIN' : 'NOERROR'
    const answers: TxtAnswer[] = records.map((data) => ({ type: 'TXT', name: question.name, ttl: 300, data }))
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
    close: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}
