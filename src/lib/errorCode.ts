/** The SQLSTATE of a unique violation. */
export const UNIQUE_VIOLATION = '23505'

/** The name of the unique index that an error of the database is about. Undefined for any other error. */
export function violatedIndex(error: unknown): string | undefined {
  if (errorCode(error) !== UNIQUE_VIOLATION) return undefined
  return error instanceof Error && 'constraint' in error ? String(error.constraint) : undefined
}

/** The `code` of a system or database error, such as ENOENT or 40P01. Undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
