import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { upsertAppRole } from '../../support/appRoles.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import type { Client } from '../../support/testServer.js'
import { accept } from './answerRaces.js'
import { pendingIn } from './membershipRaces.js'
import {
  type Attempt,
  countOf,
  describeOutcomes,
  findViolations,
  type Outcome,
  type Race,
  type RaceFixture,
} from './race.js'

function grant(by: Client, orgId: string, userId: string, lists: Record<string, unknown>): Attempt {
  return { by, mutation: 'updateOrgUserRoles', input: { orgId, userId, ...lists } }
}

const remove = ({ testServer }: RaceFixture, appRoleId: string): Attempt => ({
  by: testServer.instance,
  mutation: 'deleteAppRole',
  input: { appRoleId },
})

const isDone = (outcome: Outcome | undefined) => outcome?.__typename.endsWith('Payload') === true

/** Whether no member and no pending invite of the org holds an app role that doesn't exist. */
async function noneIsMissing({ pool }: RaceFixture, orgId: string): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from (
      select unnest(app_roles) as key from org_user where org_id = $1
      union all select unnest(app_roles) from org_invite where org_id = $1 and status = 'PENDING'
    ) held where not exists (select from app_role where app_role.key = held.key)`,
    [uuidOf(orgId)],
  )
  return rows.length === 0
}

/** The instance can have 200 app roles, so each round takes its own away. */
async function forget({ pool }: RaceFixture, key: string): Promise<void> {
  await pool.query('delete from app_role where key = $1', [key])
}

/** ms. */
const LEAD_MS = 15

/** A grant of an app role and its deletion: one of them is refused. */
function deletedWhile(
  title: string,
  refusal: string,
  grantIt: (fixture: RaceFixture, orgId: string, owner: Client, userId: string, id: string) => Attempt,
): Race {
  return {
    title,
    round: (fixture) =>
      fixture.withPeople(2, async ([owner, other]) => {
        if (!owner || !other) throw new Error('no people for this round')
        const orgId = await createOrg(owner)
        const { id, key } = await upsertAppRole(fixture.testServer)
        // A deletion takes more round trips, so it needs a lead to be first in half of the rounds.
        const late = sleep(Math.random() * LEAD_MS).then(() =>
          fixture.atOnce(grantIt(fixture, orgId, owner, other.id, id)),
        )
        const outcomes = (await Promise.all([late, fixture.atOnce(remove(fixture, id))])).flat()
        const [granted, deleted] = [isDone(outcomes[0]), isDone(outcomes[1])]
        const violations = await findViolations(fixture, orgId, {
          [`one of them is refused: ${describeOutcomes(outcomes)}`]:
            granted !== deleted && countOf(outcomes, deleted ? refusal : 'AppRoleInUseError') === 1,
          'nobody has an app role that does not exist': await noneIsMissing(fixture, orgId),
        })
        await forget(fixture, key)
        return { winner: deleted ? 'delete' : 'grant', violations }
      }),
  }
}

const deletedWhileAdded = deletedWhile(
  'an app role is deleted while a user is added with it',
  'NotFoundError',
  ({ testServer }, orgId, _owner, userId, id) => ({
    by: testServer.instance,
    mutation: 'addOrgUser',
    input: { orgId, userId, appRoleIds: [id] },
  }),
)

const deletedWhileGranted = deletedWhile(
  'an app role is deleted while it is granted to the owner',
  'NotFoundError',
  (_fixture, orgId, owner, _userId, id) =>
    grant(owner, orgId, (owner as { id?: string }).id ?? '', { addAppRoleIds: [id] }),
)

const deletedWhileInvited = deletedWhile(
  'an app role is deleted while an invite grants it',
  'NotFoundError',
  (_fixture, orgId, owner, _userId, id) => ({
    by: owner,
    mutation: 'createOrgInvite',
    input: { orgId, invitee: { email: `${randomUUID()}@guests.example` }, appRoleIds: [id] },
  }),
)

/** It is held at any time, by the invite or by the member. */
const deletedWhileAccepted: Race = {
  title: 'an app role is deleted while an invite that grants it is accepted',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, invitee]) => {
      if (!owner || !invitee) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { id, key } = await upsertAppRole(fixture.testServer)
      const orgInviteId = await invite(owner, orgId, invitee.email, { appRoleIds: [id] })
      const outcomes = await fixture.atOnce(
        accept(invitee, { orgInviteId }),
        remove(fixture, id),
        remove(fixture, id),
      )
      const violations = await findViolations(fixture, orgId, {
        [`it is accepted: ${describeOutcomes(outcomes)}`]: isDone(outcomes[0]),
        'the app role is in use': countOf(outcomes, 'AppRoleInUseError') === 2,
        'nobody has an app role that does not exist': await noneIsMissing(fixture, orgId),
      })
      await forget(fixture, key)
      return { winner: outcomes[1]?.orgUsers === 1 ? 'accept' : 'delete', violations }
    }),
}

/** Whoever is first: nobody below the rank grants it after it was raised. */
const raisedWhileGranted: Race = {
  title: 'an app role gets a higher rank while an admin grants it and invites with it',
  round: (fixture) =>
    fixture.withPeople(3, async ([owner, admin, member]) => {
      if (!owner || !admin || !member) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, admin, ['ADMIN'])
      await join(owner, orgId, member)
      const { id, key } = await upsertAppRole(fixture.testServer)
      const outcomes = await fixture.atOnce(
        grant(admin, orgId, member.id, { addAppRoleIds: [id] }),
        {
          by: admin,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email: `${randomUUID()}@guests.example` }, appRoleIds: [id] },
        },
        {
          by: fixture.testServer.instance,
          mutation: 'upsertAppRole',
          input: { key, name: 'Higher', permissions: [], assignableBy: 'OWNER' },
        },
      )
      const [granted, invited] = [isDone(outcomes[0]), isDone(outcomes[1])]
      for (let tries = 0; invited && tries < 100 && (await pendingIn(fixture, orgId)) > 0; tries++)
        await sleep(50)
      const late = await mutate(admin, 'updateOrgUserRoles', { orgId, userId: owner.id, addAppRoleIds: [id] })
      const violations = await findViolations(fixture, orgId, {
        [`refused by the rank: ${describeOutcomes(outcomes)}`]:
          isDone(outcomes[2]) &&
          countOf(outcomes, 'AppRoleNotGrantableError') === Number(!granted) + Number(!invited),
        'the admin’s invite is revoked': (await pendingIn(fixture, orgId)) === 0,
        'the admin can’t grant it any more': !isDone(late),
      })
      await mutate(owner, 'updateOrgUserRoles', { orgId, userId: member.id, removeAppRoleIds: [id] })
      await forget(fixture, key)
      return { winner: granted && invited ? 'admin' : granted || invited ? 'in between' : 'rank', violations }
    }),
}

/** Two grants and a removal, from two servers: each is whole, and the last one counts. */
const grantedTwice: Race = {
  title: 'two app roles are granted while one of them is taken away',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, admin]) => {
      if (!owner || !admin) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, admin, ['ADMIN'])
      const [one, other] = [await upsertAppRole(fixture.testServer), await upsertAppRole(fixture.testServer)]
      const outcomes = await fixture.atOnce(
        grant(owner, orgId, admin.id, { addAppRoleIds: [one.id] }),
        grant(admin, orgId, admin.id, { addAppRoleIds: [other.id] }),
        grant(owner, orgId, admin.id, { removeAppRoleIds: [one.id] }),
      )
      const { rows } = await fixture.pool.query(
        'select app_roles from org_user where org_id = $1 and user_id = $2',
        [uuidOf(orgId), uuidOf(admin.id)],
      )
      const held: string[] = rows[0].app_roles
      const violations = await findViolations(fixture, orgId, {
        [`all succeed: ${describeOutcomes(outcomes)}`]: outcomes.every(isDone),
        'no grant is lost': held.includes(other.key),
      })
      for (const { key } of [one, other]) await forget(fixture, key)
      return { winner: held.includes(one.key) ? 'grant' : 'removal', violations }
    }),
}

export const appRoleRaces: Race[] = [
  deletedWhileAdded,
  deletedWhileGranted,
  deletedWhileInvited,
  deletedWhileAccepted,
  raisedWhileGranted,
  grantedTwice,
]
