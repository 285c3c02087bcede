import { setTimeout as sleep } from 'node:timers/promises'
import sql from 'sql-template-tag'
import type { Person, TokenBearer } from '../src/domain/core/actor.js'
import { allPermissions } from '../src/domain/core/permission.js'
import { Refusal } from '../src/domain/core/refusal.js'
import { acceptOrgInvite } from '../src/domain/invites/acceptOrgInvite.js'
import { createOrgInvite } from '../src/domain/invites/createOrgInvite.js'
import { createOrg } from '../src/domain/orgs/createOrg.js'
import { deleteOrg } from '../src/domain/orgs/deleteOrg.js'
import { updateOrg } from '../src/domain/orgs/updateOrg.js'
import { invite, playOne } from './acts.js'
import { demoPeople } from './people.js'
import { seedAcme } from './seed.js'
import { signUp } from './signUp.js'
import { spreadOverDays } from './spreadOverDays.js'
import { type DemoOrg, demoOrgs, findOrg, type OrgOnStage, type Stage } from './stage.js'

const MAIL_WITHIN_MS = 10_000
const GONE_WITHIN_MS = 20_000

/** The demo itself, as the host application would act. */
const instance: TokenBearer = {
  kind: 'token',
  tokenId: null,
  orgId: null,
  permissions: new Set(allPermissions),
  expiresAt: null,
}

/** Founds those of the demo's orgs that are not there, each with people and a past. */
export async function seedDemo(stage: Stage, orgs: readonly DemoOrg[] = demoOrgs): Promise<void> {
  for (const org of orgs) {
    if (await findOrg(stage, org)) continue
    await found(stage, org)
    await playPast(stage, org)
  }
}

/** Deletes the demo's orgs as anybody would, last events included, and waits until they are gone. */
export async function strikeDemo(stage: Stage): Promise<void> {
  for (const org of demoOrgs) {
    const there = await findOrg(stage, org)
    if (there) await stage.transact((tx) => deleteOrg(tx, instance, there.id))
  }
  const names = demoOrgs.map(({ name }) => name)
  await until(GONE_WITHIN_MS, 'the orgs are gone', async () => {
    const left = await stage.database.query(sql`select 1 from org where name = any(${names}) limit 1`)
    return left.length === 0
  })
}

async function found({ transact }: Stage, org: DemoOrg): Promise<void> {
  if (org.name === 'Acme') return seedAcme(transact)
  const ada = await signUp(transact, demoPeople.ada)
  const { id } = await transact((tx) =>
    createOrg(tx, ada, { name: org.name, dataRegion: 'US_EAST', bindEmailDomain: false }),
  )
  // The free tier seats 25.
  if (org.members > 25) await transact((tx) => updateOrg(tx, instance, { orgId: id, tier: 'PREMIUM' }))
  await admit(transact, ada, id)
}

/** Ben is an admin everywhere, so that what an admin may do can be tried in every org. */
async function admit(transact: Stage['transact'], owner: Person, orgId: string): Promise<void> {
  const ben = await signUp(transact, demoPeople.ben)
  const { orgInvite } = await transact((tx) =>
    createOrgInvite(tx, owner, {
      orgId,
      invitee: { email: demoPeople.ben.email },
      roles: ['USER', 'ADMIN'],
      sendEmail: false,
    }),
  )
  await transact((tx) => acceptOrgInvite(tx, ben, { invite: { orgInviteId: orgInvite.id } }))
}

/**
 * A past of some days, played in seconds by the same acts that go on live later: in rounds, so that the mails of
 * a round are out before it is answered. Only its times are then spread over the days that it tells of.
 */
async function playPast(live: Stage, org: DemoOrg): Promise<void> {
  const stage = { ...live, readsAfterMs: 0 }
  const rounds = Math.ceil(org.members / 4)
  for (let round = 0; round < rounds; round++) {
    for (let invites = 0; invites < 6; invites++) await playIn(stage, org, invite)
    await mailIsOut(stage, org)
    for (let acts = 0; acts < 7; acts++) await playIn(stage, org, playOne)
  }
  await mailIsOut(stage, org)
  const there = await findOrg(stage, org)
  if (there) await spreadOverDays(stage, there.id, org.days)
}

async function playIn(
  stage: Stage,
  org: DemoOrg,
  play: (stage: Stage, org: OrgOnStage) => Promise<boolean>,
): Promise<void> {
  const there = await findOrg(stage, org)
  if (!there) return
  await play(stage, there).catch((error) => {
    if (!(error instanceof Refusal)) throw error
  })
}

async function mailIsOut(stage: Stage, org: DemoOrg): Promise<void> {
  const there = await findOrg(stage, org)
  if (!there) return
  await until(MAIL_WITHIN_MS, 'the mails are out', async () => {
    const waiting = await stage.database.query(sql`
      select 1 from org_invite where org_id = ${there.id} and status = 'PENDING' and delivery = 'QUEUED' limit 1
    `)
    return waiting.length === 0
  })
}

async function until(ms: number, what: string, check: () => Promise<boolean>): Promise<void> {
  const late = performance.now() + ms
  while (!(await check())) {
    if (performance.now() > late) throw new Error(`waited ${ms} ms until ${what}`)
    await sleep(20)
  }
}
