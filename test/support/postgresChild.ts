// A server of its own, to be killed: starts PostgreSQL on a data directory, says where, and goes on.
import { startEmbeddedPostgres } from '../../packages/embedded-postgres/src/embedded.js'
import { log } from './log.js'

const { connectionString } = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', log })
console.log(connectionString)
