/** Errors that say "not now" rather than "never", by the names that Node, Prisma and this code give them. */
const codes = new Set([
  // The network, as Node names it.
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // A unix socket that isn't there any more.
  'ENOENT:connect',
  // Too many wait for the same org.
  'EBUSY',
  // Prisma: can't reach, timed out, closed, pool exhausted.
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
])

/**
 * SQLSTATEs of what time heals, as whole codes or as classes of two digits. Not among them are 55000 and XX000: as
 * an error of a statement they say that the statement or the data is wrong.
 */
const sqlStates = new RegExp(
  `^(${[
    '08...', // the connection failed
    '25006', // read-only: a standby, or a server that was told to take no writes
    '25P0[34]', // the transaction was idle or ran for too long
    '28000|28P01', // the password was changed, or the role may not sign in at the moment
    '40001|40P01', // serialization failure or deadlock: it was tried again, and the time was never right
    '53...', // out of disk, memory or connections
    '55P03', // a lock was not had in time
    '57...', // cancelled by a time-out, shutting down, starting, crashed
    '58...', // the system failed, input and output above all
  ].join('|')})$`,
)

/** A session that PostgreSQL, or a pooler before it, refused or ended: whatever the reason, another may succeed. */
const endsSession = (severity: unknown) => severity === 'FATAL' || severity === 'PANIC'

/** What `pg` and its pool say without a code. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end|Query read timeout)/

interface Thrown {
  readonly code?: unknown
  readonly syscall?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  readonly originalError?: unknown
  readonly errors?: unknown
  readonly kind?: unknown
  readonly severity?: unknown
  readonly originalCode?: unknown
  readonly meta?: { readonly driverAdapterError?: unknown } | undefined
}

/** Kinds of Prisma's driver adapters. */
const kinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])

const isPassing = ({ code, syscall, message, kind, severity, originalCode }: Thrown): boolean => {
  if (typeof code === 'string') {
    if (codes.has(code) || codes.has(`${code}:${String(syscall)}`) || sqlStates.test(code)) return true
    if (endsSession(severity)) return true
  }
  if (typeof originalCode === 'string' && sqlStates.test(originalCode)) return true
  if (typeof kind === 'string' && kinds.has(kind)) return true
  return typeof message === 'string' && messages.test(message)
}

/**
 * Whether an error is one that time heals. Drivers, pools and Prisma wrap one another's errors, so this looks
 * through causes and aggregates, a few levels down.
 */
export const isUnavailable = (thrown: unknown, levels = 5): boolean => {
  if (typeof thrown !== 'object' || thrown === null || levels === 0) return false
  const { cause, originalError, errors, meta } = thrown as Thrown
  if (isPassing(thrown as Thrown)) return true
  const inner = [cause, originalError, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  return inner.some((one) => isUnavailable(one, levels - 1))
}
