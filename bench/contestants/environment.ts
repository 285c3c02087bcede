/** The environment variables of every contestant. */
function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing`)
  return value
}

export const databaseUrl = required('DATABASE_URL')
export const port = Number(required('PORT'))
export const jwtSecret = required('AUTH_JWT_SECRET')
/** Number of database connections, the same for all contestants. */
export const poolSize = Number(required('DATABASE_POOL_SIZE'))
/** With the plugins that make a server as safe as Guildhall, as far as there are any. */
export const isGuarded = process.env.GUARDED === '1'
