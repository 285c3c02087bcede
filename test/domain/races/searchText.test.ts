import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createOrg, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '1000' } })
let pool: Pool
beforeAll(() => {
  pool = openPool(testServer.database.url)
})
afterAll(() => pool.end())

/** A rename and an operation of an org may lock in opposite order. The server runs again what PostgreSQL ended. */
async function untilNoDeadlock(run: () => Promise<unknown>): Promise<unknown> {
  for (;;)
    try {
      return await run()
    } catch (error) {
      if ((error as { code?: string }).code !== '40P01') throw error
    }
}

const wrongTexts = async () =>
  (
    await pool.query(
      `select name, email, search_text from org_user join "user" on "user".id = user_id
       where search_text <> member_search_text(name, email) or sort_name <> sort_name_of(name)`,
    )
  ).rows

it('the text by which a member is found agrees with the accounts after many joined, left and changed their names and addresses at once', async () => {
  const owner = await testServer.signUp()
  const orgIds = await Promise.all(
    [1, 2].map((n) => createOrg(owner, { name: `Org ${n} ${crypto.randomUUID()}` })),
  )
  for (let round = 0; round < 50; round++) {
    const person = await testServer.signUp({ name: `Before ${round}` })
    const rename = (number: number) =>
      untilNoDeadlock(() =>
        pool.query('update "user" set name = $2, email = $3 where id = $1', [
          uuidOf(person.id),
          `Åfter ${round} ${number}`,
          `after.${round}.${number}@people.example`,
        ]),
      )
    await Promise.all([
      ...orgIds.map((orgId) =>
        mutate(testServer.instance, 'addOrgUser', { orgId, userId: person.id, roles: ['USER'] }),
      ),
      rename(1),
      rename(2),
      ...orgIds.map((orgId) => mutate(person, 'leaveOrg', { orgId })),
      rename(3),
    ])
    expect(await wrongTexts()).toEqual([])
  }
  const { rows } = await pool.query(`select count(*)::int as changed from "user" where name like 'Åfter%'`)
  expect(rows[0].changed).toBe(50)
})
