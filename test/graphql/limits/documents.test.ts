import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { documentCache } from '../../../src/graphql/limits/documents.js'

const ask = (documents: ReturnType<typeof documentCache>, text: string) => documents.parsed(text, parse(text))

describe('the document cache', () => {
  it('keeps a document from its second request on', () => {
    const documents = documentCache()
    ask(documents, '{ a }')
    expect(documents.get('{ a }')).toBeUndefined()
    ask(documents, '{ a }')
    expect(documents.get('{ a }')).toMatchObject({ kind: 'Document' })
  })

  it('does not keep documents that were requested once, however many there are', () => {
    const documents = documentCache()
    for (let n = 0; n < 5_000; n++) ask(documents, `{ a${n} }`)
    for (let n = 0; n < 5_000; n++) expect(documents.get(`{ a${n} }`)).toBeUndefined()
  })

  it.each([
    ['short tokens', (n: number) => `{ nodes(ids: [${'1 '.repeat(1_900)}${n}]) { id } }`],
    ['comments', (n: number) => `{ a${n} ${'#\n'.repeat(2_000)} }`],
    ['one long string', (n: number) => `{ a(b: "${'\u00fc'.repeat(50_000)}${n}") }`],
  ])('counts the memory that a document of %s really takes', (_, text) => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const documents = documentCache()
    collect()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 600; n++) for (let times = 0; times < 2; times++) ask(documents, text(n))
    collect()
    const held = (process.memoryUsage().heapUsed - before) / 1_048_576
    expect(held).toBeLessThan(48)
    expect(documents.get(text(599))).toBeDefined()
  })
})
