import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { logOncePerMinute } from '../../src/lib/logOncePerMinute.js'

describe('an event that strangers can cause as often as they like', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const saying = () => {
    const lines: Array<{ facts: unknown; message: unknown }> = []
    const write = (facts: unknown, message?: unknown) => void lines.push({ facts, message })
    return { lines, say: logOncePerMinute('refused', { warn: write, info: write }) }
  }

  it('is logged at once, with its reason and facts', () => {
    const { lines, say } = saying()
    say('issuer', { given: 'https://other.example' })
    const facts = { reason: 'issuer', count: 1, given: 'https://other.example' }
    expect(lines).toEqual([{ message: 'refused', facts }])
  })

  it('is logged again at the end of the minute, with the number of cases and the last one’s facts', () => {
    const { lines, say } = saying()
    for (let number = 0; number < 1_000; number++) say('issuer', { given: number })
    expect(lines).toHaveLength(1)
    vi.advanceTimersByTime(60_000)
    expect(lines.map(({ facts }) => facts).slice(1)).toEqual([{ reason: 'issuer', count: 999, given: 999 }])
  })

  it('is not logged in a minute without a case', () => {
    const { lines, say } = saying()
    say('issuer')
    vi.advanceTimersByTime(600_000)
    expect(lines).toHaveLength(1)
    say('issuer')
    expect(lines).toHaveLength(2)
  })

  it('is logged at most once a minute per reason, even if it never stops', () => {
    const { lines, say } = saying()
    for (let second = 0; second < 600; second++) {
      for (const reason of ['issuer', 'audience']) say(reason)
      vi.advanceTimersByTime(1_000)
    }
    expect(lines.length).toBeLessThanOrEqual(2 * 11)
    const summaries = lines.map(({ facts }) => facts as { reason: string; count: number })
    const total = (name: string) =>
      summaries.filter(({ reason }) => reason === name).reduce((sum, { count }) => sum + count, 0)
    expect([total('issuer'), total('audience')]).toEqual([600, 600])
  })

  it('is logged as `other` beyond a number of reasons, and leaves nothing in memory after a minute', () => {
    const { lines, say } = saying()
    for (let number = 0; number < 10_000; number++) say(`reason ${number}`)
    expect(lines).toHaveLength(51)
    vi.advanceTimersByTime(120_000)
    expect(vi.getTimerCount()).toBe(0)
    const total = lines.reduce((sum, { facts }) => sum + (facts as { count: number }).count, 0)
    expect(total).toBe(10_000)
  })
})
