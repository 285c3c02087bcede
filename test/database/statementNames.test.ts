import { expect, it } from 'vitest'
import { askedStatementName, ownStatementName } from '../../src/database/statementNames.js'

const ask = (text: string, times: number) =>
  Array.from({ length: times }, () => askedStatementName(text)).at(-1)

it('a statement in the code gets a name at its first use', () => {
  const name = ownStatementName('select 1')
  expect(name).toBeTypeOf('string')
  expect(ownStatementName('select 1')).toBe(name)
  expect(ownStatementName('select 2')).not.toBe(name)
})

it('a client with a different query each time takes no name from a frequent one', () => {
  for (let other = 0; other < 5_000; other++) expect(ask(`select ${other} as once`, 1)).toBeUndefined()
  expect(ask('select often', 9)).toBeUndefined()
  const name = ask('select often', 1)
  expect(name).toBeTypeOf('string')
  expect(ask('select often', 1)).toBe(name)
})

it('a statement of many kilobytes gets no name, however often it is used', () => {
  expect(ask(`select '${'x'.repeat(20_000)}'`, 30)).toBeUndefined()
})

it('the number of names is limited, but statements in the code always get one', () => {
  const names = Array.from({ length: 1_000 }, (_, number) => ask(`select ${number} as often`, 20))
  expect(new Set(names).size).toBeLessThanOrEqual(501)
  expect(names.at(-1)).toBeUndefined()
  expect(ask('select often', 1)).toBeTypeOf('string')
  expect(ownStatementName('select 3')).toBeTypeOf('string')
})
