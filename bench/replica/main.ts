// Tries a read replica: how far it is behind under load, and what readers of it see. Run it again with
// `npm run bench:replica -- --seconds 20`.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { migrate } from '../../src/database/migrate.js'
import { migrateJobs } from '../../src/jobs/jobs.js'
import { createLog } from '../../src/lib/log.js'
import { startPair } from '../../test/support/standby.js'
import { cleanedUpOnSignal } from '../cleanUp.js'
import { startContestant } from '../contestants.js'
import { saturate } from '../load/closed.js'
import { signIn } from '../load/work.js'
import { seed } from '../seed.js'
import { requestingUsers, workloads } from '../workloads.js'
import { addMember, isMember, type Look, ownWrites, removeMember, rightTakenAway, tokens } from './reads.js'
import { sizes } from './sizes.js'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, connections: { type: 'string', default: '16' } },
})
const ms = Number(values.seconds) * 1_000
const CATCH_UP_MS = 60_000
const PAUSED_MS = 2_000

const pair = await startPair()
const close = cleanedUpOnSignal(() => pair.close())
const open = (url: string) => {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  pool.on('connect', (connection) => connection.on('error', () => {}))
  return pool
}
const primary = open(pair.primary.url)
const standby = open(pair.standby.url)
try {
  const log = createLog({ level: 'warn', production: false })
  await migrate({ connectionString: pair.primary.url, log })
  await migrateJobs(primary, log)
  await seed(primary)
  await caughtUp()
  const { rows } = await primary.query<{ pid: string }>(
    `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid`,
  )
  const postmaster = Number(rows[0]?.pid)
  const server = await startContestant('guildhall', { databaseUrl: pair.primary.url, poolSize: 8 })
  try {
    await signIn(server, requestingUsers())
    const load = { connections: Number(values.connections), postmaster }
    await saturate(server, workloads.W3, { ...load, ms: 3_000 })
    const nodes = { primary, standby }
    console.log(
      '# A read replica\n\n| | looks | behind | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|---|',
    )
    show('a write of another org, at rest', await ownWrites(nodes, ms / 2))
    const before = await sizes(primary)
    const [sample, own, byLsn, member] = await Promise.all([
      saturate(server, workloads.W3, { ...load, ms }),
      ownWrites(nodes, ms),
      tokens(nodes, ms),
      rightTakenAway(nodes, ms),
    ])
    const after = await sizes(primary)
    show('the same under W3, by the org’s number', own)
    show('any write under W3, by LSN', byLsn)
    show('a removed member under W3', member)
    const pairs = after.accepted - before.accepted
    console.log(`
Under W3: ${sample.perSecond.toFixed(0)} invites with their acceptance a second, ${sample.postgresMicros.toFixed(0)} µs of PostgreSQL for each, ${((after.wal - before.wal) / pairs / 1_000).toFixed(1)} KB of its log.
On disk with indexes: ${after.perInvite.toFixed(0)} bytes an invite, ${after.perEvent.toFixed(0)} bytes an event, ${after.perMember.toFixed(0)} bytes a membership.`)
    await caughtUp()
    await addMember(nodes)
    await standby.query('select pg_wal_replay_pause()')
    await removeMember(nodes)
    await delay(PAUSED_MS)
    const isShown = await isMember(standby)
    await standby.query('select pg_wal_replay_resume()')
    console.log(
      `${PAUSED_MS} ms after the removal of a member, a replica whose replay is paused ${isShown ? 'still shows' : 'does not show'} them.`,
    )
  } finally {
    await server.stop()
  }
} finally {
  await primary.end()
  await standby.end()
  await close()
}

function show(what: string, { times, behind }: Look): void {
  const sorted = [...times].sort((one, other) => one - other)
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
  const share = `${((100 * behind) / times.length).toFixed(0)} %`
  console.log(`| ${what} | ${times.length} | ${share} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`)
}

async function caughtUp(): Promise<void> {
  const { rows } = await primary.query<{ lsn: string }>('select pg_current_wal_lsn() as lsn')
  for (const until = performance.now() + CATCH_UP_MS; performance.now() < until; await delay(50)) {
    const { rows: seen } = await standby.query<{ there: boolean }>(
      'select pg_last_wal_replay_lsn() >= $1::pg_lsn as there',
      [rows[0]?.lsn],
    )
    if (seen[0]?.there) return
  }
  throw new Error('the replica does not catch up')
}
