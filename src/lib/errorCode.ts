/** SQLSTATE of a violated unique index. */
export const UNIQUE_VIOLATION = '23505'

/** The `code` of a system's or a database's error (ENOENT, 40P01 …); undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
