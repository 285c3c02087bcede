import { describe, expect, it } from 'vitest'
import { theServer } from '../../src/domain/core/actor.js'
import { joinOrg } from '../../src/domain/core/joinOrg.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import { removeOrgUser } from '../../src/domain/members/removeOrgUser.js'
import { expectNoPolling } from '../support/polling.js'
import {
  codeOf,
  commitEvents,
  newMember,
  newOrg,
  newPerson,
  type Server,
  seqs,
  take,
  untilEnd,
  useFixture,
} from './fixture.js'

const fixture = useFixture()

const permission = 'EVENT_READ'

/**
 * Blocks the answer to the next statement that reads the member's permission, until the test
 * releases it.
 */
function holdPermissionRead({ database }: Server) {
  const { query } = database
  let release: () => void = () => {}
  let answered: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const read = new Promise<void>((resolve) => {
    answered = resolve
  })
  database.query = async (statement) => {
    if (!statement.sql.includes('event_seq as newest, org_user.roles')) return query(statement)
    database.query = query
    const rows = await query<never>(statement)
    answered()
    await held
    return rows
  }
  return { read, letGo: release }
}

describe('while a stream opens, between the permission check and its first event', () => {
  it('a permission that is lost ends the stream', async () => {
    const server = await fixture.server()
    const owner = await newPerson(server)
    const orgId = await newOrg(server, owner)
    const admin = await newMember(server, orgId, 'ADMIN')
    const other = await server.streams.org({ orgId, actor: owner, permission, after: null })

    const held = holdPermissionRead(server)
    const opening = server.streams.org({ orgId, actor: admin, permission, after: 0 })
    await held.read
    await server.transact((tx) => removeOrgUser(tx, owner, orgId, admin.userId))
    await commitEvents(server, orgId)
    expect(seqs(await take(other, 2))).toEqual([4, 5])
    held.letGo()

    const { events, code } = await untilEnd(await opening)
    expect({ code, last: events.at(-1)?.seq }).toEqual({ code: 'FORBIDDEN', last: 3 })
    await other.return()
  })

  it('no event is missed or delivered twice', async () => {
    const server = await fixture.server()
    const owner = await newPerson(server)
    const orgId = await newOrg(server, owner)
    const other = await server.streams.org({ orgId, actor: owner, permission, after: null })

    const held = holdPermissionRead(server)
    const opening = server.streams.org({ orgId, actor: owner, permission, after: null })
    await held.read
    await commitEvents(server, orgId, 3)
    await take(other, 3)
    held.letGo()

    const stream = await opening
    await commitEvents(server, orgId)
    expect(seqs(await take(stream, 4))).toEqual([3, 4, 5, 6])
    for (const open of [other, stream]) await open.return()
  })

  it('the permission is read again if another stream of the org started after it was read', async () => {
    const server = await fixture.server()
    const owner = await newPerson(server)
    const orgId = await newOrg(server, owner)
    const admin = await newMember(server, orgId, 'ADMIN')

    const held = holdPermissionRead(server)
    const opening = server.streams.org({ orgId, actor: admin, permission, after: null })
    await held.read
    await server.transact((tx) => removeOrgUser(tx, owner, orgId, admin.userId))
    const other = await server.streams.org({ orgId, actor: owner, permission, after: null })
    held.letGo()

    expect(await opening.catch(codeOf)).toBe('FORBIDDEN')
    await other.return()
    await expectNoPolling()
  })

  it('an earlier loss that this server reads late does not end the stream of a member who has the permission again', async () => {
    const behind = await fixture.server()
    const owner = await newPerson(fixture)
    const orgId = await newOrg(fixture, owner)
    const admin = await newMember(fixture, orgId, 'ADMIN')
    const other = await behind.streams.org({ orgId, actor: owner, permission, after: null })

    await fixture.transact((tx) => removeOrgUser(tx, owner, orgId, admin.userId))
    await fixture.transact(async (tx) => {
      const org = await lockOrg(tx, orgId)
      await joinOrg(tx, org, theServer, {
        userId: admin.userId,
        roles: ['ADMIN'],
        origin: 'DIRECT',
        inviteId: null,
      })
    })
    const stream = await behind.streams.org({ orgId, actor: admin, permission, after: null })
    behind.streams.hint({ orgIds: [orgId], userIds: [] })
    expect(seqs(await take(other, 2))).toEqual([4, 5])
    await commitEvents(behind, orgId)
    expect(seqs(await take(stream, 1))).toEqual([6])
    for (const open of [other, stream]) await open.return()
  })
})
