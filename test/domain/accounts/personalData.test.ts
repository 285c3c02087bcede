import { describe, expect, it } from 'vitest'
import { getDatamodel } from '../../../src/generated/pothos.js'

/** What happens to a column of the database when an account is deleted (contract §8). */
type Fate = `erased: ${string}` | `kept: ${string}` | 'not personal'

const theOrgs = 'not personal'
const namesNobody = 'kept: an id that names nobody any more'
const history = 'kept: the history of the org, with ids alone'

/**
 * Every column of every table. A new column fails the test until somebody has thought about it: erase it in `deleteUser`, or
 * write here why it may stay, and add it to `userExport` if it is kept of a user.
 */
const fates: Record<string, Fate | Record<string, Fate>> = {
  User: {
    id: namesNobody,
    subject: 'erased: null',
    email: 'erased: null',
    emailVerified: 'erased: false',
    name: 'erased: null',
    createdAt: 'kept: a time that tells of nobody without the rest',
    claimsIssuedAt: 'erased: the time of the deletion',
    deletedAt: 'kept: readers leave the row out by it',
    inboxSeq: 'kept: the number of the last event that named the id',
    orgDayStart: 'erased: the time of the deletion',
    orgDayCount: 'erased: 0',
  },
  EndedSubject: {
    hash: 'kept: without it old tokens would act again. It is the hash of an opaque text of the identity provider',
    endedAt: 'kept: tokens up to this time are refused',
    userId: 'erased: after an hour, when every server has noticed',
  },
  Org: {
    createdById: namesNobody,
    name: theOrgs,
    nameKey: theOrgs,
    slug: theOrgs,
    logoUrl: theOrgs,
    externalId: theOrgs,
    metadata: 'kept: of the org, and the host application alone writes it',
    id: theOrgs,
    status: theOrgs,
    tier: theOrgs,
    seatLimit: theOrgs,
    pendingInviteLimit: theOrgs,
    dataRegion: theOrgs,
    createdAt: theOrgs,
    eventSeq: theOrgs,
    memberCount: theOrgs,
    suspendedCount: theOrgs,
    pendingCount: theOrgs,
    acceptedCount: theOrgs,
    declinedCount: theOrgs,
    revokedCount: theOrgs,
    expiredCount: theOrgs,
    inviteDayStart: theOrgs,
    inviteDayCount: theOrgs,
  },
  OrgUser: 'erased: the row',
  OrgInvite: {
    email: 'erased: null in invites to the account',
    invitedUserId: namesNobody,
    invitedById: namesNobody,
    resentById: namesNobody,
    acceptedById: namesNobody,
    message: 'kept: a text of the org to somebody else, which the org may need',
    locale: history,
    id: history,
    orgId: history,
    invitedByTokenId: history,
    roles: history,
    appRoles: history,
    status: history,
    createdAt: history,
    expiresAt: history,
    resolvedAt: history,
    delivery: history,
    deliveryProblem: 'kept: one of a few words, without an address',
    lastSentAt: history,
    sendCount: history,
    remindedMail: history,
    mailNumber: history,
    renewsId: history,
    renewalRequestedAt: history,
    resentByTokenId: history,
  },
  OrgInviteToken: 'not personal',
  OrgInviteLink: {
    createdById: namesNobody,
    id: history,
    orgId: history,
    hash: 'kept: of a revoked link',
    roles: history,
    appRoles: history,
    emailDomains: 'not personal',
    maxUses: history,
    uses: history,
    usedUp: history,
    createdAt: history,
    createdByTokenId: history,
    expiresAt: history,
    revokedAt: history,
  },
  OrgJoinRequest: {
    id: 'erased: the row',
    orgId: 'erased: the row',
    userId: 'erased: the row',
    message: 'erased: the row',
    status: 'erased: the row',
    createdAt: 'erased: the row',
    resolvedAt: 'erased: the row',
    resolvedById: namesNobody,
  },
  UserJoinRequestDay: 'erased: the row',
  MailDay: 'erased: the row, if the address was verified',
  UserMailDay: 'erased: the row',
  OrgEvent: {
    actorId: namesNobody,
    userId: namesNobody,
    inboxUserId: namesNobody,
    inboxSeq: history,
    summary: 'kept: tells of orgs, domains and tokens, never of people',
    orgId: history,
    seq: history,
    kind: history,
    type: history,
    actorTokenId: history,
    occurredAt: history,
    orgInviteId: history,
    status: history,
    previousStatus: history,
    roles: history,
    previousRoles: history,
    appRoles: history,
    previousAppRoles: history,
    subjectId: history,
    transactionId: history,
  },
  EventFloor: 'kept: an id that names nobody any more, and a number',
  InstanceEvent: 'not personal',
  InstanceLog: 'not personal',
  DeletedOrg: 'not personal',
  OrgEmailDomain: 'not personal',
  ApiToken: {
    createdById: namesNobody,
    makerMembershipId: namesNobody,
    name: 'kept: revoked tokens stay in the list of the org',
    id: history,
    hash: 'kept: of a revoked token',
    orgId: history,
    permissions: history,
    createdAt: history,
    createdByTokenId: history,
    expiresAt: history,
    lastUsedAt: history,
    revokedAt: history,
  },
  Webhook: {
    createdById: namesNobody,
    id: history,
    orgId: history,
    url: theOrgs,
    eventTypes: theOrgs,
    enabled: theOrgs,
    disabledReason: theOrgs,
    sealedSecret: theOrgs,
    previousSecret: theOrgs,
    previousUntil: theOrgs,
    createdAt: history,
  },
  WebhookFilter: 'not personal',
  WebhookPlace: 'not personal',
  WebhookDelivery: 'not personal',
  WebhookRequest: 'not personal',
  AppRole: 'not personal',
  OrgResource: 'not personal',
  IdempotencyKey: 'kept: hashes and ids, for 24 hours',
  InstanceKey: 'not personal',
  SigningKey: 'not personal',
}

describe('when an account is deleted', () => {
  const models = Object.entries(getDatamodel().datamodel.models)

  it('it is decided for every table what happens to it', () => {
    expect(Object.keys(fates).sort()).toEqual(models.map(([name]) => name).sort())
  })

  it.each(models.filter(([name]) => typeof fates[name] === 'object'))(
    'it is decided for every column of %s what happens to it',
    (name, { fields }) => {
      const columns = fields.filter(({ kind }) => kind !== 'object').map((field) => field.name)
      expect(Object.keys(fates[name] ?? {}).sort()).toEqual(columns.sort())
    },
  )
})
