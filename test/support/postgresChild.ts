// A process to be killed. It starts PostgreSQL on a data directory, prints its URL, and keeps
// running.
import { startEmbeddedPostgres } from '../../packages/embedded-postgres/src/embedded.js'
import { log } from './log.js'

const { connectionString } = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', log })
console.log(connectionString)
