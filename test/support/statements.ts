import pg from 'pg'

export interface Statement {
  text: string
  values: unknown[]
  /**
   * How many statements had been answered when this one was sent. Equal for statements that did not
   * wait for one another.
   */
  behind: number
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown

/**
 * Statements that servers send without a request: settings of a new connection, the job queue and
 * its heartbeat, the write check, expiry rounds, the clock.
 */
const background =
  /plan_cache_mode|transaction_read_only|graphile_worker|as held|statement_timestamp\(\)|least\(min\(expires_at\)|\* 1000\)::float8/

/** Whether the server sent it without a request. */
export const isBackground = (text: string) => ofWebhooks(text) || background.test(text)

/** Whether a statement was sent to deliver to webhooks. */
export const ofWebhooks = (text: string) => text.startsWith('/* webhooks */')

let heard: Statement[] | undefined
let isMeant: (text: string) => boolean
let answered = 0
let listening = false

/** Records every statement of this process, on any connection. */
function listen(): void {
  if (listening) return
  listening = true
  const query = pg.Client.prototype.query as Query
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config, values] = args
    const text = typeof config === 'string' ? config : String((config as Partial<Statement>).text)
    const own = typeof config === 'string' ? values : (config as Partial<Statement>).values
    if (heard && isMeant(text)) {
      heard.push({ text, values: Array.isArray(own) ? own : [], behind: answered })
      const count = () => void answered++
      const callback = args.at(-1)
      if (typeof callback === 'function') {
        const told = (...answer: unknown[]) => {
          count()
          callback(...answer)
        }
        return query.apply(this, [...args.slice(0, -1), told])
      }
      const sent = query.apply(this, args)
      if (sent instanceof Promise) sent.then(count, count)
      return sent
    }
    return query.apply(this, args)
  } as never
}

/**
 * Returns the statements that are sent during `work`, including BEGIN and COMMIT.
 * @param meant which statements count. By default those that requests send.
 */
export async function statementsOf(
  work: () => Promise<unknown>,
  meant = (text: string) => !isBackground(text),
): Promise<Statement[]> {
  listen()
  isMeant = meant
  const statements: Statement[] = []
  heard = statements
  answered = 0
  try {
    await work()
  } finally {
    heard = undefined
  }
  return statements
}

/**
 * How often the process waited for PostgreSQL. Statements that do not wait for one another are one
 * round trip.
 */
export const roundTripsOf = (statements: readonly Statement[]): number =>
  new Set(statements.map(({ behind }) => behind)).size
