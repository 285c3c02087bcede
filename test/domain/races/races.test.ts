import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPool } from '../../support/openPool.js'
import { useTestServer } from '../../support/testServer.js'
import { accountRaces } from './accountRaces.js'
import { answerRaces } from './answerRaces.js'
import { appRoleRaces } from './appRoleRaces.js'
import { keyRaces } from './keyRaces.js'
import { linkRaces } from './linkRaces.js'
import { membershipRaces } from './membershipRaces.js'
import { orgRaces } from './orgRaces.js'
import { peopleRaces } from './peopleRaces.js'
import { type Figures, openRaceFixture, type RaceFixture, run, tableOf } from './race.js'
import { requestRaces } from './requestRaces.js'
import { ROUNDS } from './rounds.js'
import { tokenLimits, tokenRaces } from './tokenRaces.js'

describe('all rules hold, whoever wins the race', () => {
  const testServer = useTestServer({ env: { FREE_SEATS: '5', FREE_PENDING_INVITES: '5', ...tokenLimits } })
  const figures: Figures[] = []
  let pool: Pool
  let fixture: RaceFixture
  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    fixture = openRaceFixture(testServer, pool, [testServer.url, (await testServer.startAnother()).url])
  })
  afterAll(async () => {
    console.log(tableOf(figures))
    await pool.end()
  })

  it.each([
    ...answerRaces,
    ...appRoleRaces,
    ...membershipRaces,
    ...linkRaces,
    ...requestRaces,
    ...orgRaces,
    ...peopleRaces,
    ...tokenRaces,
    ...keyRaces,
    ...accountRaces,
  ])(
    '$title',
    async (race) => {
      const played = await run(race, fixture, ROUNDS)
      figures.push(played)
      expect([...new Set(played.violations)]).toEqual([])
      expect(played.rounds).toBe(ROUNDS)
    },
    180_000,
  )
})
