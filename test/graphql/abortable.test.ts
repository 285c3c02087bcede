import { describe, expect, it } from 'vitest'
import { abortable } from '../../src/graphql/abortable.js'

/** Gives the values, then never answers again. Its `return()` never settles, as that of a busy generator. */
function sourceOf(values: string[]) {
  const source = {
    closed: 0,
    next: () => (values.length > 0 ? Promise.resolve({ value: values.shift() }) : new Promise(() => {})),
    return() {
      source.closed++
      return new Promise(() => {})
    },
    [Symbol.asyncIterator]: () => source,
  }
  return source as typeof source & AsyncIterable<string>
}

describe('an abortable stream', () => {
  it('ends at once when it is aborted, though its source never answers', async () => {
    const controller = new AbortController()
    const source = sourceOf(['one'])
    const stream = abortable(source, controller)
    expect(await stream.next()).toMatchObject({ value: 'one', done: false })
    const waiting = stream.next()
    controller.abort()
    expect(await waiting).toMatchObject({ done: true })
    expect(source.closed).toBe(1)
  })

  it('closes its source at `return()`, before it was ever read and after', async () => {
    for (const reads of [0, 1]) {
      const controller = new AbortController()
      const source = sourceOf(['one'])
      const stream = abortable(source, controller)
      if (reads > 0) await stream.next()
      expect(await stream.return()).toMatchObject({ done: true })
      expect(await stream.next()).toMatchObject({ done: true })
      expect(controller.signal.aborted).toBe(true)
      expect(source.closed).toBe(1)
    }
  })

  it('of a controller that is aborted already closes its source and has nothing', async () => {
    const controller = new AbortController()
    controller.abort()
    const source = sourceOf(['one'])
    expect(await abortable(source, controller).next()).toMatchObject({ done: true })
    expect(source.closed).toBe(1)
  })

  it('passes on every value and then the error of its source, and aborts', async () => {
    const controller = new AbortController()
    const stream = abortable(
      (async function* () {
        yield 'one'
        yield 'two'
        throw new Error('lost')
      })(),
      controller,
    )
    expect([await stream.next(), await stream.next()].map(({ value }) => value)).toEqual(['one', 'two'])
    await expect(stream.next()).rejects.toThrow('lost')
    expect(controller.signal.aborted).toBe(true)
  })
})
