import sql from 'sql-template-tag'
import { describe, expect, it } from 'vitest'
import { seed } from '../../demo/seed.js'
import { useTestServer } from '../support/testServer.js'

describe('the seed data', () => {
  const testServer = useTestServer()

  it('is inserted once, however many servers find the database empty at once', async () => {
    const others = await Promise.all([
      testServer.startAnother(),
      testServer.startAnother(),
      testServer.startAnother(),
    ])
    await Promise.all([testServer.server, ...others].map(({ app }) => seed(app)))
    const { database } = testServer.server.app
    expect(await database.query(sql`select name from org`)).toEqual([{ name: 'Acme' }])
    const [people] = await database.query<{ count: number }>(sql`select count(*)::int from "user"`)
    expect(people?.count).toBe(4)
  })
})
