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
import { invite, runRandomAction } from './actions.js'
import { type DemoContext, type DemoOrg, type DemoOrgState, demoOrgs, findOrg } from './context.js'
import { demoPeople } from './people.js'
import { seedAcme } from './seed.js'
import { signUp } from './signUp.js'
import { spreadOverDays } from './spreadOverDays.js'

const MAIL_WITHIN_MS = 10_000
const GONE_WITHIN_MS = 20_000

/** The actor of the demo itself, with the rights of the host application's instance token. */
const instance: TokenBearer = {
  kind: 'token',
  tokenId: null,
  orgId: null,
  permissions: new Set(allPermissions),
  expiresAt: null,
}

/** Creates the demo orgs that are missing, each with members and a history. */
export async function seedDemo(context: DemoContext, orgs: readonly DemoOrg[] = demoOrgs): Promise<void> {
  for (const org of orgs) {
    if (await findOrg(context, org)) continue
    await createDemoOrg(context, org)
    await simulatePast(context, org)
  }
}

/** Deletes the demo orgs with `deleteOrg`, so that subscribers get the last events. Waits until they are gone. */
export async function deleteDemoOrgs(context: DemoContext): Promise<void> {
  for (const org of demoOrgs) {
    const state = await findOrg(context, org)
    if (state) await context.transact((tx) => deleteOrg(tx, instance, state.id))
  }
  const names = demoOrgs.map(({ name }) => name)
  await waitUntil(GONE_WITHIN_MS, 'the orgs are gone', async () => {
    const left = await context.database.query(sql`select 1 from org where name = any(${names}) limit 1`)
    return left.length === 0
  })
}

async function createDemoOrg({ transact }: DemoContext, org: DemoOrg): Promise<void> {
  if (org.name === 'Acme') return seedAcme(transact)
  const ada = await signUp(transact, demoPeople.ada)
  const { id } = await transact((tx) =>
    createOrg(tx, ada, { name: org.name, dataRegion: 'US_EAST', bindEmailDomain: false }),
  )
  // The free tier has 25 seats.
  if (org.members > 25) await transact((tx) => updateOrg(tx, instance, { orgId: id, tier: 'PREMIUM' }))
  await addBen(transact, ada, id)
}

/** Makes Ben an admin, as in every org, so that a visitor can try everywhere what an admin may do. */
async function addBen(transact: DemoContext['transact'], owner: Person, orgId: string): Promise<void> {
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
 * Creates a history of some days within seconds, with the same actions as the live traffic. It works in rounds: the
 * mails of a round are sent before their invites are answered. At the end it spreads the times over `org.days`.
 */
async function simulatePast(live: DemoContext, org: DemoOrg): Promise<void> {
  const context = { ...live, readsAfterMs: 0 }
  const rounds = Math.ceil(org.members / 4)
  for (let round = 0; round < rounds; round++) {
    for (let invites = 0; invites < 6; invites++) await runIn(context, org, invite)
    await waitForMails(context, org)
    for (let acts = 0; acts < 7; acts++) await runIn(context, org, runRandomAction)
  }
  await waitForMails(context, org)
  const state = await findOrg(context, org)
  if (state) await spreadOverDays(context, state.id, org.days)
}

async function runIn(
  context: DemoContext,
  org: DemoOrg,
  run: (context: DemoContext, org: DemoOrgState) => Promise<boolean>,
): Promise<void> {
  const state = await findOrg(context, org)
  if (!state) return
  await run(context, state).catch((error) => {
    if (!(error instanceof Refusal)) throw error
  })
}

async function waitForMails(context: DemoContext, org: DemoOrg): Promise<void> {
  const state = await findOrg(context, org)
  if (!state) return
  await waitUntil(MAIL_WITHIN_MS, 'the mails are sent', async () => {
    const waiting = await context.database.query(sql`
      select 1 from org_invite where org_id = ${state.id} and status = 'PENDING' and delivery = 'QUEUED' limit 1
    `)
    return waiting.length === 0
  })
}

async function waitUntil(ms: number, what: string, check: () => Promise<boolean>): Promise<void> {
  const late = performance.now() + ms
  while (!(await check())) {
    if (performance.now() > late) throw new Error(`timed out after ${ms} ms waiting until ${what}`)
    await sleep(20)
  }
}
