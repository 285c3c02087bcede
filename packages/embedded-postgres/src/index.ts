export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.js'
export { EmbeddedPostgresError } from './errors.js'
