import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Freshness, freshness, moment } from '../../../packages/node/src/mirror/freshness.js'

let fresh: Freshness
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] })
  fresh = freshness(() => {})
})
afterEach(() => void vi.useRealTimers())

const pass = (ms: number) => vi.advanceTimersByTime(ms)
/** An answer that comes when the test says so. */
function question() {
  let resolve = (_: string) => {}
  const promise = new Promise<string>((answered) => {
    resolve = answered
  })
  const checked = fresh.check(moment(), promise)
  return {
    async answer(head: string) {
      resolve(head)
      await checked
    },
  }
}

describe('the age of a mirror', () => {
  it('is unknown until a place is reached that the server has told', async () => {
    fresh.passed('1')
    expect(fresh.behindMs()).toBe(Number.POSITIVE_INFINITY)
    await question().answer('2')
    expect(fresh.behindMs()).toBe(Number.POSITIVE_INFINITY)
    fresh.passed('2')
    expect(fresh.behindMs()).toBe(0)
  })

  it('counts from the question, not from the answer', async () => {
    fresh.passed('1')
    const { answer } = question()
    pass(300)
    await answer('1')
    pass(200)
    expect(fresh.behindMs()).toBe(500)
  })

  it('is proved by an event that comes before the answer, also if others follow it', async () => {
    fresh.passed('1')
    const { answer } = question()
    fresh.passed('2')
    fresh.passed('3')
    pass(100)
    await answer('2')
    expect(fresh.behindMs()).toBe(100)
  })

  it('is proved by the newest of several places that were reached', async () => {
    fresh.passed('1')
    await question().answer('2')
    pass(1_000)
    await question().answer('3')
    pass(10)
    expect(fresh.waitingMs()).toBe(1_010)
    fresh.passed('2')
    expect(fresh.behindMs()).toBe(1_010)
    expect(fresh.waitingMs()).toBe(10)
    fresh.passed('3')
    expect([fresh.behindMs(), fresh.waitingMs()]).toEqual([10, 0])
  })

  it('is not proved by a place of before the question', async () => {
    fresh.passed('1')
    await question().answer('1')
    pass(700)
    const late = question()
    fresh.passed('2')
    await late.answer('9')
    expect(fresh.behindMs()).toBe(700)
  })

  it('grows when the wall clock goes on while the machine sleeps, and when the wall clock is set back', async () => {
    fresh.passed('1')
    await question().answer('1')
    vi.setSystemTime(Date.now() + 60_000)
    expect(fresh.behindMs()).toBe(60_000)
    vi.setSystemTime(Date.now() - 3_600_000)
    pass(500)
    expect(fresh.behindMs()).toBe(500)
  })

  it('is not proved by a question that was asked before something was read', async () => {
    const { answer } = question()
    pass(10)
    fresh.reset()
    fresh.passed('1')
    await answer('1')
    expect(fresh.behindMs()).toBe(Number.POSITIVE_INFINITY)
    await question().answer('1')
    expect(fresh.behindMs()).toBe(0)
  })

  it('is unknown again after a reset', async () => {
    fresh.passed('1')
    const before = moment()
    await question().answer('1')
    expect(fresh.knows(before)).toBe(true)
    fresh.reset()
    expect(fresh.behindMs()).toBe(Number.POSITIVE_INFINITY)
    expect(fresh.knows(before)).toBe(false)
  })
})
