#!/usr/bin/env node
/**
 * Prisma's schema engine from npm alone. Prisma's CLI starts a native program for its migrations, which it would
 * fetch from a host of its own; this speaks the program's protocol (JSON-RPC, a line each way) and passes the calls
 * to the same engine compiled to WebAssembly. prisma.config.ts names it to the CLI.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'boolean' },
    datamodels: { type: 'string', multiple: true },
    datasource: { type: 'string', default: '{}' },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
  },
})
const { url } = JSON.parse(options.datasource)

/** A database as the engine sees it, without what adapter-pg gets wrong for it. */
async function connect(url) {
  // One connection: the engine takes session locks and expects to find them again.
  const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 })
  // The adapter doesn't know the catalogs' "char" (oid 18): it gets to see text (25), the engine a character (6).
  let chars = []
  pool.on('connect', (client) =>
    client.connection.prependListener('rowDescription', ({ fields }) => {
      chars = fields.flatMap((field, column) => (field.dataTypeID === 18 ? [column] : []))
      for (const column of chars) fields[column].dataTypeID = 25
    }),
  )
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect()
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    chars = []
    const result = await queryRaw(query)
    for (const column of chars) result.columnTypes[column] = ColumnTypeEnum.Character
    return result
  }
  // The adapter splits at each semicolon, of functions and strings too. PostgreSQL takes the script whole.
  adapter.executeScript = (script) =>
    pool.query(script).then(
      () => {},
      (error) => adapter.onError(error),
    )
  return adapter
}

/** The same server, another database. */
function sibling(database) {
  const sibling = new URL(url)
  sibling.pathname = database
  return sibling.href
}

async function administer(statement) {
  const client = new pg.Client({ connectionString: sibling('postgres') })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

async function connectToShadowDb() {
  const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
  await administer(`CREATE DATABASE "${name}"`)
  const adapter = await connect(sibling(name))
  const dispose = adapter.dispose.bind(adapter)
  adapter.dispose = () => dispose().then(() => administer(`DROP DATABASE "${name}" WITH (FORCE)`))
  return adapter
}

const adapters = bindMigrationAwareSqlAdapterFactory({
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: () => connect(url),
  connectToShadowDb,
})

async function startEngine() {
  if (!url)
    throw new Error('DATABASE_URL is not set. `npm run migrate -- …` starts a database for the while.')
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = readFileSync(file.replace(/js$/, 'wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  const datamodels = options.datamodels?.map((path) => [path, readFileSync(path, 'utf8')])
  return glue.SchemaEngine.new({ datamodels }, () => {}, adapters)
}

let started

async function call(method, params) {
  if (method === 'createDatabase') return createDatabase()
  started ??= startEngine()
  const engine = await started
  if (method === 'getDatabaseVersion') return engine.version(params)
  // These two read what the migrations make from a cache, which they can't fill but the diagnosis does.
  if (method === 'evaluateDataLoss' || method === 'createMigration') await engine.devDiagnostic(params)
  const result = await engine[method](params)
  if (method !== 'diff') return result ?? null
  // The native program has the CLI print the difference, which is how --output catches it.
  if (result.stdout) send({ id: 'print', method: 'print', params: { content: result.stdout } })
  return { exitCode: result.exitCode, stdout: null }
}

async function createDatabase() {
  const databaseName = decodeURIComponent(new URL(url).pathname.slice(1))
  await administer(`CREATE DATABASE ${pg.escapeIdentifier(databaseName)}`)
  return { databaseName }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

/** As the CLI expects to be told of what goes wrong: JSON lines on stderr, of which it skips the first. */
function shout(fields) {
  const line = JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })
  process.stderr.write(`{}\n${line}\n`)
}

/** The engine knows what was thrown by the adapter by a number only. */
function original(error) {
  const id = /External error id#(\d+)/.exec(String(error))?.[1]
  return (id && adapters.errorRegistry.consumeError(Number(id))?.error) || error
}

/** `schema-engine cli …`: a question asked by the exit code. */
async function answer(command) {
  if (command === 'create-database') return createDatabase()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.end()
}

async function serve() {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line)
    if (!method) continue // the CLI's thanks for "print"
    try {
      send({ id, result: await call(method, params) })
    } catch (thrown) {
      const { message, code, meta } = original(thrown)
      const data = { is_panic: false, message, meta, error_code: /^P\d+$/.test(code) ? code : undefined }
      send({ id, error: { code: 4466, message: 'An error happened.', data } })
    }
  }
}

// A panic of the engine tells its reason to this object, then tears through everything.
let panic
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (panic = message) }
process.on('uncaughtException', (error) => {
  shout({ message: panic ?? error.message, backtrace: error.stack })
  process.exit(101)
})

if (options.version) {
  console.log('schema-engine-cli (WebAssembly)')
} else if (positionals[0] === 'cli') {
  await answer(positionals[1]).catch((error) => {
    const known = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1010', '42P04': 'P1009' }
    shout({ error_code: known[error.code] ?? 'P1001', message: error.message || String(error.code) })
    process.exitCode = 1
  })
} else {
  await serve()
  process.exit() // the engine would keep its connection
}
