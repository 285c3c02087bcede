/** Codes of temporary errors, as Node, Prisma and this server name them. */
const codes = new Set([
  // Network errors of Node.
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // The unix socket does not exist any more.
  'ENOENT:connect',
  // Too many operations wait for the same org.
  'EBUSY',
  // Prisma: unreachable, timed out, connection closed, pool exhausted.
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
])

/**
 * SQLSTATEs of temporary errors: whole codes, or classes of two digits. 55000 and XX000 are not among them: if a
 * statement fails with one of these, the statement or the data is wrong.
 */
const sqlStates = new RegExp(
  `^(${[
    '08...', // the connection failed
    '25006', // read-only: a standby, or a server that is set to refuse writes
    '25P0[34]', // the transaction was idle or ran for too long
    '28000|28P01', // the password was changed, or the role may not sign in at the moment
    '40001|40P01', // serialization failure or deadlock, after all retries
    '53...', // out of disk, memory or connections
    '55P03', // a lock was not available in time
    '57...', // cancelled by a timeout, shutting down, starting, crashed
    '58...', // system error, mostly input or output
  ].join('|')})$`,
)

/** Whether PostgreSQL or a pooler refused or ended the session. A new session may work, whatever the reason was. */
const endsSession = (severity: unknown) => severity === 'FATAL' || severity === 'PANIC'

/** Messages of errors that `pg` and its pool throw without a code. */
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

/** Temporary errors of Prisma's driver adapters, by their `kind`. */
const kinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])

const isTemporary = ({ code, syscall, message, kind, severity, originalCode }: Thrown): boolean => {
  if (typeof code === 'string') {
    if (codes.has(code) || codes.has(`${code}:${String(syscall)}`) || sqlStates.test(code)) return true
    if (endsSession(severity)) return true
  }
  if (typeof originalCode === 'string' && sqlStates.test(originalCode)) return true
  if (typeof kind === 'string' && kinds.has(kind)) return true
  return typeof message === 'string' && messages.test(message)
}

/**
 * Whether an error is temporary, so that the client may try again. Drivers, pools and Prisma wrap each other's errors,
 * so this also checks causes and aggregated errors.
 * @param levels how deep it looks into wrapped errors
 */
export const isUnavailable = (thrown: unknown, levels = 5): boolean => {
  if (typeof thrown !== 'object' || thrown === null || levels === 0) return false
  const { cause, originalError, errors, meta } = thrown as Thrown
  if (isTemporary(thrown as Thrown)) return true
  const inner = [cause, originalError, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  return inner.some((one) => isUnavailable(one, levels - 1))
}
