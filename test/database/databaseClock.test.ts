import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Queryable } from '../../src/database/database.js'
import { betterOf, followDatabaseClock } from '../../src/database/databaseClock.js'

/** A database with this machine's clock and the given delays of its answers, in ms. */
function slowly(...delays: number[]): Queryable {
  return {
    async query<Row>() {
      const ms = Date.now() + (performance.now() % 1)
      await sleep(delays.shift() ?? 0)
      return [{ ms }] as Row[]
    },
  }
}

describe('the estimate of the database’s clock', () => {
  it('uses the quickest of the first few answers', async () => {
    const clock = await followDatabaseClock(slowly(600, 0, 600, 600, 600))
    // A slow answer would be wrong by half of its 600 ms.
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(200)
    clock.stop()
  })

  const sure = { offset: 1_000, error: 0.5, at: 0 }

  it('is not changed by a delayed answer', () => {
    expect(betterOf(sure, { offset: 1_060, error: 80, at: 5_000 })).toBe(sure)
  })

  it('is updated by a quick answer, because clocks drift', () => {
    const quick = { offset: 1_001, error: 0.6, at: 5_000 }
    expect(betterOf(sure, quick)).toBe(quick)
  })

  it('becomes less certain with time, so that in the end any answer is better', () => {
    const late = { offset: 1_020, error: 80, at: 200_000 }
    expect(betterOf(sure, late)).toBe(late)
  })

  it('follows a clock that was set, however delayed the answer is', () => {
    const set = { offset: 61_000, error: 80, at: 5_000 }
    expect(betterOf(sure, set)).toBe(set)
  })
})
