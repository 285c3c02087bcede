/** The SQLSTATE of a unique violation. */
export const UNIQUE_VIOLATION = '23505'

/** The `code` of a system or database error, such as ENOENT or 40P01. Undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
