/** What every contestant is started with. */
function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing`)
  return value
}

export const databaseUrl = required('DATABASE_URL')
export const port = Number(required('PORT'))
export const jwtSecret = required('AUTH_JWT_SECRET')
/** Connections, the same for everyone. */
export const poolSize = Number(required('DATABASE_POOL_SIZE'))
