import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrg } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

/**
 * Failures that pass: read-only, out of disk or memory, shutdown, restart, I/O errors, timeouts.
 */
const PASSING = [
  '08006',
  '25006',
  '25P03',
  '25P04',
  '28000',
  '28P01',
  '53000',
  '53100',
  '53200',
  '53400',
  '55P03',
  '57014',
  '57P04',
  '57P05',
  '58030',
]
/** Failures that only a change of the code or the data can repair. */
const LASTING = ['22012', '55000', 'XX000']

describe.each([
  ['the accelerator', true],
  ['the plain path', false],
])('a PostgreSQL error on %s', (_, fast) => {
  const testServer = useTestServer()
  let pool: Pool
  let url: string
  let owner: TestPerson
  let orgId: string

  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
    // A read or write of an org raises the error that the table `mishap` holds.
    await pool.query(`
      create table mishap (code text not null);
      create sequence mishaps;
      create function raise_mishap() returns boolean language plpgsql as $$
        declare wanted text;
        begin
          select code into wanted from mishap;
          if wanted is not null then
            perform nextval('mishaps');
            raise exception 'a mishap' using errcode = wanted;
          end if;
          return true;
        end $$;
      alter table org rename to org_itself;
      create view org as select * from org_itself where raise_mishap();`)
    url = (await testServer.startAnother({ env: { ACCELERATOR: fast ? 'executor,reads,streams' : 'none' } }))
      .url
  })
  afterAll(() => pool.end())

  const post = async (query: string, variables: object = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: owner.authorization ?? '' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as {
      data?: unknown
      errors?: { extensions: { code: string } }[]
    }
    return {
      status: response.status,
      data,
      code: errors?.[0]?.extensions.code,
      retry: response.headers.get('retry-after'),
    }
  }
  const READ = 'query($orgId: ID!) { org(id: $orgId) { name tier } }'
  const LIST = '{ orgs { nodes { name } } }'
  const COUNT = '{ orgs { totalCount } }'
  const WRITE = `mutation($orgId: ID!, $name: String!) {
    updateOrg(input: { orgId: $orgId, name: $name }) { ... on UpdateOrgPayload { org { name } } } }`
  let renames = 0
  const operations: [string, () => ReturnType<typeof post>][] = [
    ['an org', () => post(READ, { orgId })],
    ['a list', () => post(LIST)],
    ['a count', () => post(COUNT)],
    ['a mutation', () => post(WRITE, { orgId, name: `Renamed ${renames++}` })],
  ]

  const during = async <T>(code: string, work: () => Promise<T>): Promise<T> => {
    await pool.query('insert into mishap values ($1)', [code])
    return work().finally(() => pool.query('delete from mishap'))
  }

  it.each(operations)('is UNAVAILABLE if its SQLSTATE may pass with time: %s', async (_name, operation) => {
    // The document is cached from its second request on.
    for (let time = 0; time < 3; time++)
      expect(await operation()).toMatchObject({ status: 200, code: undefined })
    for (const code of PASSING)
      expect({ sqlstate: code, ...(await during(code, operation)) }).toMatchObject({
        sqlstate: code,
        status: 503,
        code: 'UNAVAILABLE',
        retry: '1',
      })
    expect(await operation()).toMatchObject({ status: 200, code: undefined })
  })

  it.each(operations)(
    'is INTERNAL_SERVER_ERROR if its SQLSTATE does not pass with time: %s',
    async (_name, operation) => {
      for (const code of LASTING)
        expect({ sqlstate: code, ...(await during(code, operation)) }).toMatchObject({
          sqlstate: code,
          code: 'INTERNAL_SERVER_ERROR',
        })
    },
  )

  it.each(operations)('does not make the server run the statement again: %s', async (_name, operation) => {
    const raised = async () => (await pool.query(`select nextval('mishaps')::int as count`)).rows[0].count
    const before = await raised()
    await during('57014', operation)
    expect(await raised()).toBe(before + 2)
  })
})
