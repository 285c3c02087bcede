import { describe, expect, test } from 'vitest'
import { limitAnswer } from '../../src/graphql/limits/answerSize.js'
import { ask, codes } from './support/ask.js'
import { connect } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

const small = { MAX_RESPONSE_BYTES: '20000' }
const LARGE = '{ big(kilobytes: 20) }'
const fits = '{ big(kilobytes: 19) }'

describe('an answer above MAX_RESPONSE_BYTES is COST_LIMIT', () => {
  test('over POST, also when the document is cached or compiled', async () => {
    const { url } = await startHttpServer(small)
    for (let times = 0; times < 4; times++) {
      const answer = await ask(url, LARGE)
      expect([answer.status, ...codes(answer)]).toEqual([400, 'COST_LIMIT'])
      expect(answer.body.data ?? null).toBeNull()
      expect(codes(await ask(url, fits))).toEqual([])
    }
  })

  test('made of many small values or of long names', async () => {
    const { url } = await startHttpServer(small)
    const name = 'n'.repeat(1_900)
    const aliases = `{ people { edges { node { ${Array.from({ length: 12 }, (_, n) => `${name}${n}: id`).join(' ')} } } } }`
    for (let times = 0; times < 4; times++) expect(codes(await ask(url, aliases))).toEqual(['COST_LIMIT'])
  })

  test('over Server-Sent Events and WebSocket', async () => {
    const { url } = await startHttpServer(small)
    const bySse = async (query: string) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query }),
      })
      return response.text()
    }
    expect(await bySse(LARGE)).toContain('"code":"COST_LIMIT"')
    const socket = await connect(url)
    expect((await socket.ask(LARGE)).errors?.[0]?.extensions?.code).toBe('COST_LIMIT')
    expect((await socket.ask(fits)).errors).toBeUndefined()
  })
})

describe('the size of an answer', () => {
  const within = (data: unknown, max: number) => limitAnswer(max)({ data } as never).errors === undefined
  const sizeOf = (data: unknown) => Buffer.byteLength(JSON.stringify(data))

  test.each([
    ['letters', 'a'.repeat(900)],
    ['letters of three bytes', '\u20ac'.repeat(900)],
    ['pairs of surrogates', '\u{1f600}'.repeat(900)],
    ['control characters', '\u0001'.repeat(900)],
    ['quotes', '"'.repeat(900)],
  ])('is measured in bytes: %s', (_, text) => {
    const data = { list: Array.from({ length: 10 }, () => ({ text })) }
    const bytes = sizeOf(data)
    expect(within(data, bytes + 200)).toBe(true)
    expect(within(data, bytes - 200)).toBe(false)
  })

  test('is measured only up to the limit', () => {
    let read = 0
    const items = Array.from({ length: 100_000 }, () => ({
      get text() {
        read++
        return 'x'.repeat(1_000)
      },
    }))
    expect(within({ items }, 1_000_000)).toBe(false)
    expect(read).toBeLessThan(2_000)
  })
})
