import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Queryable } from '../../src/database/database.js'
import { betterOf, followDatabaseClock } from '../../src/database/databaseClock.js'

/** A database whose clock is this one's, and whose answers take their time on the way back, ms. */
function slowly(...delays: number[]): Queryable {
  return {
    async query<Row>() {
      const ms = Date.now() + (performance.now() % 1)
      await sleep(delays.shift() ?? 0)
      return [{ ms }] as Row[]
    },
  }
}

describe('the database’s clock', () => {
  it('goes by the quickest answer of the first few', async () => {
    const clock = await followDatabaseClock(slowly(600, 0, 600, 600, 600))
    // By a slow one it would be off by half of its 600 ms.
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(200)
    clock.stop()
  })

  const sure = { offset: 1_000, error: 0.5, at: 0 }

  it('is not moved by an answer that was delayed', () => {
    expect(betterOf(sure, { offset: 1_060, error: 80, at: 5_000 })).toBe(sure)
  })

  it('is moved by a quick answer, since clocks drift', () => {
    const quick = { offset: 1_001, error: 0.6, at: 5_000 }
    expect(betterOf(sure, quick)).toBe(quick)
  })

  it('is not trusted for ever: in time any answer is surer', () => {
    const late = { offset: 1_020, error: 80, at: 200_000 }
    expect(betterOf(sure, late)).toBe(late)
  })

  it('follows a clock that was set, however delayed the answer', () => {
    const set = { offset: 61_000, error: 80, at: 5_000 }
    expect(betterOf(sure, set)).toBe(set)
  })
})
