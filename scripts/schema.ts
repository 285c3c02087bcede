import { readFileSync, writeFileSync } from 'node:fs'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../src/graphql/schema.js'

// Writes schema.graphql; with --check only compares, for CI.
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`
const file = new URL('../schema.graphql', import.meta.url)
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== printed) {
    console.error('schema.graphql is stale: run npm run schema.')
    process.exit(1)
  }
} else {
  writeFileSync(file, printed)
}
