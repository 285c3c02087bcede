import { describe, expect, test } from 'vitest'
import { pastedAddresses } from '../../../packages/react/src/components/addresses.js'

describe('pasted addresses', () => {
  test.each([
    ['a column', 'a@x.org\nb@x.org\r\n\nc@x.org\n', ['a@x.org', 'b@x.org', 'c@x.org']],
    ['a list', 'a@x.org, b@x.org;c@x.org', ['a@x.org', 'b@x.org', 'c@x.org']],
    ['names before them', 'Ada Lovelace <a@x.org>; "Hopper, Grace" <b@x.org>', ['a@x.org', 'b@x.org']],
    ['words between them', 'a@x.org b@x.org', ['a@x.org', 'b@x.org']],
    ['a spreadsheet row', 'Ada\ta@x.org\tLondon', ['a@x.org']],
    ['nothing', ' \n ,; ', []],
  ])('are found in %s', (_, text, addresses) => {
    expect(pastedAddresses(text).addresses).toEqual(addresses)
  })

  test('are used once each, without regard to case, and repetitions are counted', () => {
    expect(pastedAddresses('Ada@x.org, ada@X.org, b@x.org, b@x.org')).toEqual({
      addresses: ['Ada@x.org', 'b@x.org'],
      repeated: 2,
    })
  })

  test('may include invalid ones, which the server reports', () => {
    expect(pastedAddresses('a@x.org\nnot an address').addresses).toEqual(['a@x.org', 'not an address'])
  })
})
