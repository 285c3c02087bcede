import { type DocumentNode, type ExecutionArgs, type ExecutionResult, parse } from 'graphql'
import { LRUCache } from 'lru-cache'
import sql from 'sql-template-tag'
import type { TokenBearer } from '../domain/core/actor.js'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { allPermissions, isInstanceOnly } from '../domain/core/permission.js'
import { webhookEventType } from '../domain/webhooks/webhook.js'
import type { Reader, WriteBodies } from '../webhooks/message.js'
import type { App, Context } from './context.js'
import { encodeId } from './globalId.js'
import { forgetLoaded } from './loaders/perOperation.js'

/** What a message tells of an event, and of what the event names. */
export const EVENT_DOCUMENT = `subscription WebhookEvent($orgId: ID!, $withOrg: Boolean!) {
  orgEvents(orgId: $orgId) {
    __typename
    id
    seq
    cursor
    orgId
    occurredAt
    actor { id name }
    actorToken { id name }
    named_org: org @include(if: $withOrg) {
      id
      name
      slug
      logoUrl
      externalId
      status
      tier
      dataRegion
      createdAt
    }
    ... on OrgInviteEvent {
      inviteEventType
      orgInviteId
      status
      previousStatus
      roles
      named_orgInvite: orgInvite {
        id
        email
        status
        roles
        appRoles { id key name }
        message
        createdAt
        expiresAt
        resolvedAt
        invitedBy { id name email }
        invitedUser { id name email }
        acceptedBy { id name email }
      }
    }
    ... on OrgUserEvent {
      memberEventType
      userId
      roles
      previousRoles
      appRoles
      previousAppRoles
      named_user: user { id email emailVerified name createdAt }
    }
    ... on OrgJoinRequestEvent {
      joinRequestEventType
      orgJoinRequestId
      orgJoinRequest {
        id
        status
        message
        createdAt
        resolvedAt
        resolvedBy { id name }
      }
      named_user: user { id email emailVerified name createdAt }
    }
    ... on OrgChangeEvent {
      orgEventType
      summary
    }
  }
}`

/** The membership that an event names. */
export const MEMBER_DOCUMENT = `query WebhookMember($orgId: ID!, $userId: ID!) {
  orgUser(orgId: $orgId, userId: $userId) { id roles appRoles { id key name } status joinedAt origin }
}`

const eventDocument = parse(EVENT_DOCUMENT)
const memberDocument = parse(MEMBER_DOCUMENT)

/** GraphQL's `execute` for the server's schema. */
export type Execute = (args: Omit<ExecutionArgs, 'schema'>) => ExecutionResult | Promise<ExecutionResult>

/** Webhooks of one org get the same events at about the same time, and so the same bodies. */
const SHARED_FOR_MS = 500
const MAX_SHARED = 1_000

/**
 * Writes the bodies of messages by GraphQL itself, so that they tell what the API tells. An org's webhook is told what
 * an API token of the org may read, a webhook of the instance what an instance token may.
 */
export function webhookBodies(app: App, execute: Execute): WriteBodies {
  const shared = new LRUCache<string, Promise<string>>({ max: MAX_SHARED, ttl: SHARED_FOR_MS })
  return async (events, reader) => {
    // The loaders of one context read what several events need with one statement. All are of one org.
    let context: Context | undefined
    let org: Promise<unknown> | undefined
    const bodies = events.map((event) => {
      const key = `${reader} ${event.orgId} ${event.seq}`
      const known = shared.get(key)
      if (known) return known
      context ??= { app, actor: actorFor(reader, event.orgId) }
      const ask = askBy(execute, context)
      const told = tell(ask, event, org === undefined)
      org ??= told.then(({ named_org }) => named_org ?? null)
      const body = bodyOf(app, ask, event, told, org)
      shared.set(key, body)
      body.catch(() => shared.delete(key))
      return body
    })
    await Promise.allSettled(bodies)
    if (context) forgetLoaded(context)
    return Promise.all(bodies)
  }
}

function actorFor(reader: Reader, orgId: string): TokenBearer {
  const isOfOrg = reader === 'org'
  return {
    kind: 'token',
    tokenId: null,
    orgId: isOfOrg ? orgId : null,
    permissions: new Set(allPermissions.filter((permission) => !isOfOrg || !isInstanceOnly(permission))),
    expiresAt: null,
  }
}

interface Told extends Record<string, unknown> {
  named_org?: unknown
  named_orgInvite?: unknown
  named_user?: UserTold | null
}

/** Tells an event by GraphQL. @param withOrg whether it tells the org too, which is the same for many events */
async function tell(ask: Ask, event: OrgEventRow, withOrg: boolean): Promise<Told> {
  const variables = { orgId: encodeId('Org', event.orgId), withOrg }
  return (await ask<{ orgEvents: Told }>(eventDocument, variables, event)).orgEvents
}

async function bodyOf(
  app: App,
  ask: Ask,
  event: OrgEventRow,
  telling: Promise<Told>,
  org: Promise<unknown>,
): Promise<string> {
  const orgId = encodeId('Org', event.orgId)
  const isOfMember = event.kind === 'USER' && event.userId !== null
  const [{ named_org: _, named_orgInvite: orgInvite = null, named_user: user = null, ...told }, member] =
    await Promise.all([
      telling,
      isOfMember
        ? ask<{ orgUser: unknown }>(memberDocument, {
            orgId,
            userId: encodeId('User', event.userId ?? ''),
          })
        : null,
    ])
  return JSON.stringify({
    type: webhookEventType(event),
    timestamp: event.occurredAt,
    data: {
      orgId,
      seq: event.seq,
      cursor: told.cursor,
      event: told,
      orgInvite,
      orgUser: member?.orgUser ?? null,
      user: await withAddress(app, event, user),
      org: await org,
    },
  })
}

interface UserTold {
  email: string | null
  emailVerified: boolean | null
}

/** An org's webhook is told the address of a member who has just left, too: it is whom the event is about. */
async function withAddress(
  app: App,
  { userId }: OrgEventRow,
  user: UserTold | null,
): Promise<UserTold | null> {
  if (user === null || user.email !== null) return user
  const [row] = await app.database.query<UserTold>(
    sql`select email, email_verified from "user" where id = ${userId} and deleted_at is null`,
  )
  return row ? { ...user, ...row } : user
}

type Ask = <Data>(
  document: DocumentNode,
  variables: Record<string, unknown>,
  rootValue?: unknown,
) => Promise<Data>

const askBy =
  (execute: Execute, contextValue: Context): Ask =>
  async <Data>(document: DocumentNode, variableValues: Record<string, unknown>, rootValue?: unknown) => {
    const { data, errors } = await execute({ document, contextValue, variableValues, rootValue })
    if (errors?.[0]) throw errors[0].originalError ?? errors[0]
    return data as Data
  }
