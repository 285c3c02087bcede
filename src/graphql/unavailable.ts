/**
 * Errors that say "not now" rather than "never": the database can't be reached, is starting or
 * stopping, or has no connection free.
 */
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
  // PostgreSQL: shutting down, crashed, starting; too many connections; statement or lock timed out.
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '57014',
  '55P03',
  // PostgreSQL: serialization failure, deadlock. They were tried again, and the time was never right.
  '40001',
  '40P01',
  // Prisma: can't reach, timed out, closed, pool exhausted.
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
])

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
}

/** Kinds of Prisma's driver adapters. */
const kinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections'])

/** Looks through causes and aggregates, a few levels down: drivers and pools wrap one another's errors. */
export const isUnavailable = (thrown: unknown, levels = 5): boolean => {
  if (typeof thrown !== 'object' || thrown === null || levels === 0) return false
  const { code, syscall, message, cause, originalError, errors, kind } = thrown as Thrown
  if (typeof code === 'string' && (codes.has(code) || codes.has(`${code}:${String(syscall)}`))) return true
  // SQLSTATE class 08: connection exceptions.
  if (typeof code === 'string' && /^08[0-9A-Z]{3}$/.test(code)) return true
  if (typeof kind === 'string' && kinds.has(kind)) return true
  if (typeof message === 'string' && messages.test(message)) return true
  return [cause, originalError, ...(Array.isArray(errors) ? errors : [])].some((inner) =>
    isUnavailable(inner, levels - 1),
  )
}
