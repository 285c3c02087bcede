// Measures one server with very many of something: `npm run bench:many -- --only sockets,expiry`.
//
//   --only sockets        which parts: sockets, reconnect, followed, writes, hotOrg, expiry
//   --quick               a small size of each: a trial, whose figures mean nothing
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startCluster } from '../cluster.js'
import { cursorsBefore, quick, seedMany, whole } from './data.js'
import { expiry } from './expiry.js'
import { heading, sectionOf } from './figures.js'
import { followed } from './followed.js'
import { hotOrg } from './hotOrg.js'
import { type Part, startGuildhall } from './part.js'
import { reconnect } from './reconnect.js'
import { sockets } from './sockets.js'
import { writes } from './writes.js'

/** In this order: the subscribers of `writes` must not get events of other parts. */
const parts: Record<string, Part> = { sockets, reconnect, followed, writes, hotOrg, expiry }

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(parts).join() },
    quick: { type: 'boolean', default: false },
  },
})
const only = values.only.split(',')
const unknown = only.filter((name) => !(name in parts))
if (unknown.length > 0) throw new Error(`--only ${unknown}: there are ${Object.keys(parts).join(', ')}`)
const size = values.quick ? quick : whole

const cluster = await startCluster((pool) => seedMany(pool, size))
const pool = new pg.Pool({ connectionString: cluster.url, max: 2, application_name: 'bench' })
pool.on('error', () => {})
try {
  // The first start creates the key of cursors.
  await (await startGuildhall({ cluster })).stop()
  const before = await cursorsBefore(cluster.url)
  console.log(`# Very many\n\n${heading()}`)
  for (const [name, part] of Object.entries(parts)) {
    if (!only.includes(name)) continue
    const { title, figures, notes } = await part({ cluster, pool, size, before })
    console.log(`\n${sectionOf(title, figures, notes)}`)
  }
} finally {
  await pool.end()
  await cluster.stop()
}
