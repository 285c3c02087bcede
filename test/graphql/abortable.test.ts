import { describe, expect, it } from 'vitest'
import { abortable } from '../../src/graphql/abortable.js'

/**
 * An async iterator that gives the values and then never settles, and neither does its `return()`,
 * like a busy generator.
 */
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

describe('abortable()', () => {
  it('ends at once when it is aborted, though its source never settles', async () => {
    const controller = new AbortController()
    const source = sourceOf(['one'])
    const stream = abortable(source, controller)
    expect(await stream.next()).toMatchObject({ value: 'one', done: false })
    const waiting = stream.next()
    controller.abort()
    expect(await waiting).toMatchObject({ done: true })
    expect(source.closed).toBe(1)
  })

  it('closes its source on return(), before and after the first read', async () => {
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

  it('with an aborted controller closes its source and gives nothing', async () => {
    const controller = new AbortController()
    controller.abort()
    const source = sourceOf(['one'])
    expect(await abortable(source, controller).next()).toMatchObject({ done: true })
    expect(source.closed).toBe(1)
  })

  it('passes on all values and then the error of its source, and aborts', async () => {
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
