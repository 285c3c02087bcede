import type pg from 'pg'
import { type Finding, ok, problem, warning } from './check.js'
import { rowOf } from './databaseRow.js'

const CLOCK_MAY_DIFFER_MS = 1_000
const CLOCK_MUST_NOT_DIFFER_MS = 10_000

export async function clockOf(client: pg.Client): Promise<Finding[]> {
  const before = Date.now()
  const { ms } = await rowOf<{ ms: number }>(
    client,
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  )
  const after = Date.now()
  const aheadMs = (before + after) / 2 - ms
  const differs = Math.abs(aheadMs) - (after - before) / 2
  if (differs <= CLOCK_MAY_DIFFER_MS) return [ok('clock', 'this machine and the database have the same time')]
  const message = `this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database`
  const cure = 'Set the clocks of both machines by NTP.'
  return [
    differs > CLOCK_MUST_NOT_DIFFER_MS ? problem('clock', message, cure) : warning('clock', message, cure),
  ]
}
