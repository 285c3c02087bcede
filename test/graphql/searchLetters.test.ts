import { domainToASCII, domainToUnicode } from 'node:url'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseOptions } from '../support/database.js'
import { createOrg, invite, join } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

describe.each<{ database: string; options: DatabaseOptions }>([
  { database: 'of locale C', options: { locale: 'C' } },
  { database: 'of the test cluster’s own locale', options: {} },
])('in the database $database', ({ options }) => {
  const testServer = useTestServer({ database: options, env: { FREE_SEATS: '100' } })
  let owner: TestPerson
  let orgId: string
  const names = ['Ömer ÇELİK-Şahin', 'Иван Петров', 'Ángel Núñez', 'Ζωή Γιώργος', 'Ina Straße', 'Ǆeno Ünal']
  beforeAll(async () => {
    owner = await testServer.signUp({ name: 'Olga', email: 'olga@own.example' })
    orgId = await createOrg(owner)
    for (const [number, name] of names.entries())
      await join(owner, orgId, await testServer.signUp({ name, email: `p${number}@köln${number}.example` }))
    for (const email of [
      'anna@bücher.example',
      'piet@straße.example',
      'ivan@пример.example',
      'li@例え.テスト.example',
    ])
      await invite(owner, orgId, email)
  })

  const search = async (list: 'users' | 'invites', text: string): Promise<string[]> => {
    const [type, node] = list === 'users' ? ['OrgUserFilter', 'user { name }'] : ['OrgInviteFilter', 'email']
    const { data, errors } = await owner.ask(
      `query($id: ID!, $filter: ${type}) { org(id: $id) {
        ${list}(first: 100, filter: $filter) { totalCount nodes { ${node} } } } }`,
      { id: orgId, filter: { search: text } },
    )
    if (!data) throw new Error(JSON.stringify(errors))
    const { totalCount, nodes } = data.org[list]
    expect(totalCount).toBe(nodes.length)
    return nodes.map((found: { email: string; user: { name: string } }) => found.email ?? found.user.name)
  }

  it.each([
    ['ömer', 0],
    ['ÖMER', 0],
    ['o\u0308mer', 0],
    ['çelik', 0],
    ['ÇELİK', 0],
    ['şahin', 0],
    ['ŞAHİN', 0],
    ['SAHIN', 0],
    ['celik omer', 0],
    ['петров иван', 1],
    ['angel nunez', 2],
    ['ζωη γιωργοσ', 3],
    ['STRASSE ina', 4],
    ['dzeno', 5],
    ['иВАН', 1],
    ['ПЕТРОВ', 1],
    ['ángel', 2],
    ['NÚÑEZ', 2],
    ['ζωή', 3],
    ['ΖΩΉ', 3],
    ['ΓΙΏΡΓΟΣ', 3],
    ['γιώργος', 3],
    ['straße', 4],
    ['STRAẞE', 4],
    ['ǆeno', 5],
    ['ünal', 5],
  ])('members are found by %s', async (text, number) => {
    expect(await search('users', text)).toEqual(number === undefined ? [] : [names[number]])
  })

  it.each(['köln2', 'KÖLN2', '@köln2', 'p2@köln2.example', 'ko\u0308ln2.ex', 'xn--kln2-5qa', 'öln2'])(
    'members are found by an address with %s in it',
    async (text) => {
      expect(await search('users', text)).toEqual([names[2]])
    },
  )

  it.each([
    ['bücher', 'anna@xn--bcher-kva.example'],
    ['BÜCHER', 'anna@xn--bcher-kva.example'],
    ['@bücher.example', 'anna@xn--bcher-kva.example'],
    ['anna@bücher.example', 'anna@xn--bcher-kva.example'],
    ['ANNA@BÜCHER.EXAMPLE', 'anna@xn--bcher-kva.example'],
    ['bu\u0308cher', 'anna@xn--bcher-kva.example'],
    ['üch', 'anna@xn--bcher-kva.example'],
    ['a@b', 'anna@xn--bcher-kva.example'],
    ['xn--bcher', 'anna@xn--bcher-kva.example'],
    ['straße', 'piet@xn--strae-oqa.example'],
    ['пример', 'ivan@xn--e1afmkfd.example'],
    ['テスト.example', 'li@xn--r8jz45g.xn--zckzah.example'],
  ])('invites are found by an address with %s in it', async (text, email) => {
    expect(await search('invites', text)).toEqual([email])
  })

  it('a search text longer than every name and address matches nothing', async () => {
    for (const text of ['é'.repeat(1_001), 'e'.repeat(8_192)]) {
      expect(await search('users', text)).toEqual([])
      expect(await search('invites', text)).toEqual([])
      const { data } = await owner.ask('query($text: String) { orgs(search: $text) { totalCount } }', {
        text,
      })
      expect(data.orgs.totalCount).toBe(0)
    }
  })
})

describe('the SQL function unicode_address', () => {
  const testServer = useTestServer()
  let pool: Pool
  beforeAll(() => {
    pool = openPool(testServer.database.url)
  })
  afterAll(() => pool.end())
  const decoded = async (addresses: string[]): Promise<string[]> => {
    const { rows } = await pool.query(
      'select unicode_address(address) as address from unnest($1::text[]) with ordinality given(address, place) order by place',
      [addresses],
    )
    return rows.map(({ address }) => address)
  }

  it('decodes a domain as Node does', async () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'abcxyz019', ...'äöüßéñçğåøłж日本語한국กخ🎉𝔊ςσ'),
      minLength: 1,
      maxLength: 15,
    })
    const domains = fc
      .sample(fc.array(letters, { minLength: 1, maxLength: 3 }), 1_000)
      .map((labels) => domainToASCII(`${labels.join('.')}.example`))
      .filter((domain) => domain !== '')
    expect(domains.filter((domain) => domain.includes('xn--')).length).toBeGreaterThan(500)
    expect(await decoded(domains.map((domain) => `a@${domain}`))).toEqual(
      domains.map((domain) => `a@${domainToUnicode(domain)}`),
    )
  })

  it('returns a domain unchanged if it is not punycode', async () => {
    const odd = [
      ...['a@b.example', '', 'a', '@', 'a@xn--', 'a@xn--.example', 'a@xn--a-', 'a@xn--99999999'],
      ...['a@xn--zzzzzzzzzzzzzz', 'a@xn--é', `a@xn--${'z'.repeat(59)}.example`, 'xn--bcher-kva'],
    ]
    const answers = await decoded(odd)
    expect(answers.filter((answer) => typeof answer !== 'string')).toEqual([])
    expect(answers.slice(0, 4)).toEqual(odd.slice(0, 4))
  })
})
