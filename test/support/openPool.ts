import { Pool } from 'pg'

export const openPool = (connectionString: string) => {
  const pool = new Pool({ connectionString, max: 10 })
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  return pool
}
