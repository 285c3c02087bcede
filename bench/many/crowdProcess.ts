// Opens subscribers in a process of their own, and notes when the events of numbered invites arrive.
import { now } from '../fanout/clock.js'
import { WebSocketClient } from '../fanout/webSocket.js'
import { bearerOf } from '../people.js'
import type { Answers, Arrival, Order, SocketPlan } from './crowd.js'

const NUMBER = Buffer.from('"email":"w')
/** Subscriptions that are not active after this long have failed. */
const OPEN_WITHIN_MS = 240_000
const AGAIN_AFTER_MS = 1_000
/** Sockets come from as many addresses, because one has too few ports. */
const ADDRESSES = 4

let clients = new Set<WebSocketClient>()
let failures: string[] = []
let active = 0
let refused = 0
let lastActive = 0
let arrived = 0
const arrivals = new Map<number, Arrival>()

const answer = <What extends Order['do']>(_what: What, value: Answers[What]) =>
  process.send?.({ answer: value })

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'open':
      return void open(order)
    case 'count':
      return void answer('count', arrived)
    case 'arrivals':
      return void answer('arrivals', [...arrivals.values()])
    case 'close':
      closeAll()
      return void answer('close', null)
  }
})

function closeAll(): void {
  const open = clients
  clients = new Set()
  for (const client of open) client.close()
}

async function open({ port, sockets, atOnce, query }: Order & { do: 'open' }): Promise<void> {
  failures = []
  active = 0
  refused = 0
  const wanted = sockets.reduce((sum, { follows }) => sum + follows.length, 0)
  const queue = sockets.entries()
  const inTurn = async () => {
    for (const [index, plan] of queue) await openOne(port, index, plan, query)
  }
  const all = Promise.all(Array.from({ length: atOnce }, inTurn))
  let late: NodeJS.Timeout | undefined
  await Promise.race([all, new Promise((resolve) => (late = setTimeout(resolve, OPEN_WITHIN_MS)))])
  clearTimeout(late)
  if (active + failures.length < wanted)
    failures.push(`${wanted - active} are not active after ${OPEN_WITHIN_MS} ms`)
  answer('open', { at: lastActive, active, refused, failures })
}

/** Resolves when all subscriptions of the socket have got their first event, or the socket has ended. */
function openOne(port: number, index: number, { user, follows }: SocketPlan, query: string): Promise<void> {
  return new Promise((resolve) => {
    let waiting = follows.length
    const subscribe = (id: number) => {
      const { orgId, after } = follows[id] ?? {}
      client.send({ id: String(id), type: 'subscribe', payload: { query, variables: { org: orgId, after } } })
    }
    const client: WebSocketClient = new WebSocketClient(
      port,
      {
        open: () => client.send({ type: 'connection_init', payload: { authorization: bearerOf(user) } }),
        message(memory, start, end) {
          const at = memory.indexOf(NUMBER, start)
          if (at !== -1 && at < end) return arrive(numberAt(memory, at + NUMBER.length))
          const text = memory.toString('utf8', start, end)
          if (text.includes('"connection_ack"')) for (const id of follows.keys()) subscribe(id)
          else if (waiting > 0 && text.includes('"seq":1,')) {
            active += 1
            lastActive = now()
            waiting -= 1
            if (waiting === 0) resolve()
          } else if (text.includes('"UNAVAILABLE"')) {
            refused += 1
            setTimeout(subscribe, AGAIN_AFTER_MS, Number(JSON.parse(text).id))
          } else if (!text.includes('"seq":')) failures.push(text)
        },
        close(code, refused) {
          if (!clients.has(client)) return
          failures.push(`closed with ${refused ?? code}`)
          resolve()
        },
      },
      `127.0.0.${1 + (index % ADDRESSES)}`,
    )
    clients.add(client)
  })
}

function arrive(number: number): void {
  const at = now()
  arrived += 1
  const present = arrivals.get(number)
  if (!present) arrivals.set(number, [number, 1, at])
  else {
    present[1] += 1
    present[2] = at
  }
}

function numberAt(memory: Buffer, start: number): number {
  let number = 0
  for (let at = start; ; at++) {
    const digit = (memory[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return number
    number = number * 10 + digit
  }
}
