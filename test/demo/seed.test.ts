import sql from 'sql-template-tag'
import { describe, expect, it } from 'vitest'
import { seed } from '../../demo/seed.js'
import { useWorld } from '../support/testServer.js'

describe('the seed', () => {
  const world = useWorld()

  it('is laid once, however many servers find the database empty at once', async () => {
    const others = await Promise.all([world.another(), world.another(), world.another()])
    await Promise.all([world.server, ...others].map(({ app }) => seed(app)))
    const { database } = world.server.app
    expect(await database.query(sql`select name from org`)).toEqual([{ name: 'Acme' }])
    const [people] = await database.query<{ count: number }>(sql`select count(*)::int from "user"`)
    expect(people?.count).toBe(4)
  })
})
