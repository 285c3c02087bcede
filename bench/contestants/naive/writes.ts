// Prisma's interactive transactions. Only the org's lock is SQL, because Prisma can't express it.
import { randomUUID } from 'node:crypto'
import type { OrgInvite, OrgUser, Prisma } from '../../../src/generated/prisma/client.js'
import { prisma } from './database.js'

const LIMIT = 10_000
const WEEK_MS = 7 * 86_400_000
type Tx = Prisma.TransactionClient

function refuseUnless(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Error(why)
}

async function lockOrg(tx: Tx, id: string) {
  await tx.$queryRaw`select id from org where id = ${id}::uuid for no key update`
  return tx.org.findUniqueOrThrow({ where: { id } })
}

type Event = Omit<Prisma.OrgEventUncheckedCreateInput, 'orgId' | 'seq' | 'inboxSeq' | 'occurredAt'>

async function record(tx: Tx, orgId: string, counts: Prisma.OrgUpdateInput, event: Event): Promise<void> {
  const { eventSeq } = await tx.org.update({
    where: { id: orgId },
    data: { ...counts, eventSeq: { increment: 1 } },
  })
  const inbox = event.inboxUserId
    ? await tx.user.update({ where: { id: event.inboxUserId }, data: { inboxSeq: { increment: 1 } } })
    : null
  await tx.orgEvent.create({
    data: {
      previousRoles: [],
      ...event,
      orgId,
      seq: eventSeq,
      occurredAt: new Date(),
      inboxSeq: inbox?.inboxSeq ?? null,
    },
  })
}

export const createInvite = (orgId: string, actorId: string, email: string): Promise<OrgInvite> =>
  prisma.$transaction(async (tx) => {
    const org = await lockOrg(tx, orgId)
    const actor = await tx.orgUser.findUnique({ where: { orgId_userId: { orgId, userId: actorId } } })
    refuseUnless(actor?.roles.some((role) => role !== 'USER') ?? false, 'not permitted')
    refuseUnless(org.status === 'ACTIVE' && org.pendingCount < LIMIT, 'no room')
    const member = await tx.orgUser.findFirst({ where: { orgId, user: { email } } })
    refuseUnless(member === null, 'a member already')
    const pending = await tx.orgInvite.findFirst({ where: { orgId, email, status: 'PENDING' } })
    refuseUnless(pending === null, 'invited already')
    const inbox = await tx.user.findFirst({ where: { email, emailVerified: true } })
    const invite = await tx.orgInvite.create({
      data: {
        id: randomUUID(),
        orgId,
        email,
        invitedById: actorId,
        roles: ['USER'],
        expiresAt: new Date(Date.now() + WEEK_MS),
      },
    })
    await record(
      tx,
      orgId,
      { pendingCount: { increment: 1 }, inviteDayCount: { increment: 1 } },
      {
        kind: 'INVITE',
        type: 'CREATED',
        actorId,
        roles: invite.roles,
        orgInviteId: invite.id,
        status: 'PENDING',
        inboxUserId: inbox?.id ?? null,
      },
    )
    return invite
  })

export const acceptInvite = (
  id: string,
  actorId: string,
): Promise<{ orgInvite: OrgInvite; orgUser: OrgUser }> =>
  prisma.$transaction(async (tx) => {
    const person = await tx.user.findUniqueOrThrow({ where: { id: actorId } })
    const { orgId } = await tx.orgInvite.findUniqueOrThrow({ where: { id }, select: { orgId: true } })
    const org = await lockOrg(tx, orgId)
    const asked = await tx.orgInvite.findUniqueOrThrow({ where: { id } })
    refuseUnless(asked.email === person.email && person.emailVerified, 'not yours')
    refuseUnless(org.status === 'ACTIVE' && org.memberCount < LIMIT, 'no room')
    refuseUnless(asked.status === 'PENDING' && asked.expiresAt > new Date(), 'too late')
    const before = await tx.orgUser.findUnique({ where: { orgId_userId: { orgId, userId: actorId } } })
    refuseUnless(before === null, 'a member already')
    const orgInvite = await tx.orgInvite.update({
      where: { id },
      data: { status: 'ACCEPTED', resolvedAt: new Date() },
    })
    const { roles } = orgInvite
    const orgUser = await tx.orgUser.create({
      data: { id: randomUUID(), orgId, userId: actorId, roles, origin: 'INVITE', inviteId: id },
    })
    await record(
      tx,
      orgId,
      { pendingCount: { decrement: 1 }, acceptedCount: { increment: 1 } },
      {
        kind: 'INVITE',
        type: 'ACCEPTED',
        actorId,
        roles,
        orgInviteId: id,
        status: 'ACCEPTED',
        previousStatus: 'PENDING',
        userId: actorId,
        inboxUserId: actorId,
      },
    )
    await record(
      tx,
      orgId,
      { memberCount: { increment: 1 } },
      { kind: 'USER', type: 'JOINED', actorId, roles, userId: actorId },
    )
    return { orgInvite, orgUser }
  })
