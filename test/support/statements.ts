import pg from 'pg'

export interface Statement {
  text: string
  values: unknown[]
  /** How many statements had been answered when this one was sent: equal where nothing was waited for between. */
  behind: number
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown

/** What servers run unasked: a new connection's settings, their queue, its proof of life, whether writes are taken, the rounds of expiry, the clock. */
const unasked =
  /plan_cache_mode|transaction_read_only|graphile_worker|as held|statement_timestamp\(\)|least\(min\(expires_at\)|\* 1000\)::float8/

let heard: Statement[] | undefined
let answered = 0
let listening = false

/** Hears every statement of this process, by whichever connection. */
function listen(): void {
  if (listening) return
  listening = true
  const query = pg.Client.prototype.query as Query
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [config, values] = args
    const text = typeof config === 'string' ? config : String((config as Partial<Statement>).text)
    const own = typeof config === 'string' ? values : (config as Partial<Statement>).values
    if (heard && !unasked.test(text)) {
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

/** The statements that PostgreSQL is asked while something runs, BEGIN and COMMIT among them. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  listen()
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

/** How often PostgreSQL was waited for: what is sent without waiting for an answer between goes out together. */
export const roundTripsOf = (statements: readonly Statement[]): number =>
  new Set(statements.map(({ behind }) => behind)).size
