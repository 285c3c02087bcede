import { inboxList, orgEventList } from '../../domain/core/orgEvent.cursors.js'
import { badUserInput, forbidden, unauthenticated } from '../../errors.js'
import type { EventStream, OrgStream } from '../../streams/eventStreams.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { type OrgEventRead, OrgEventType, OrgInviteEventRef } from '../types/orgEvent.js'

const afterDescription =
  'A cursor, from an event or from `eventCursor`: first everything since, then live. Left out: live only.'

builder.subscriptionFields((t) => ({
  orgInviteEvents: t.field({
    type: OrgInviteEventRef,
    args: {
      orgId: t.arg.id({ required: true, description: 'Global id of the org.' }),
      orgInviteId: t.arg.id({ description: 'Global id of an invite: only what happens to this one.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    description:
      'Everything that happens to one org’s invites, or to one invite. Needs INVITE_READ, and ends with FORBIDDEN once it is lost. With `after`: first everything since, then live.',
    subscribe: (_root, { orgId, orgInviteId, after }, context) => {
      const inviteId = orgInviteId == null ? undefined : decodeId('OrgInvite', orgInviteId)
      const noInvite = inviteId === null ? ['`orgInviteId` is no id of an invite.'] : []
      return orgStream(
        context,
        orgId,
        after,
        'INVITE_READ',
        inviteId ? { orgInviteId: inviteId } : 'invites',
        noInvite,
      )
    },
    resolve: (event: OrgEventRead) => event,
  }),
  orgEvents: t.field({
    type: OrgEventType,
    args: {
      orgId: t.arg.id({ required: true, description: 'Global id of the org.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    description:
      'Everything that happens in an org. Needs EVENT_READ, and ends with FORBIDDEN once it is lost.',
    subscribe: (_root, { orgId, after }, context) => orgStream(context, orgId, after, 'EVENT_READ'),
    resolve: (event: OrgEventRead) => event,
  }),
  viewerOrgInviteEvents: t.field({
    type: OrgInviteEventRef,
    args: {
      after: t.arg.string({
        description:
          'A cursor of this stream, or `User.orgInviteEventCursor`: first everything since, then live.',
      }),
    },
    description: 'Events of invites addressed to the viewer’s verified address, in every org.',
    subscribe: (_root, { after }, context) => inboxStream(context, after),
    resolve: (event: OrgEventRead) => ({ ...event, inInbox: true }),
  }),
}))

/**
 * An org that the viewer may not know of is as FORBIDDEN as one that isn't there. What is wrong with the rest of
 * the input is said only to those who may watch (contract §3: sign-in, existence, permission, input).
 */
async function orgStream(
  { app, actor }: Context,
  globalId: string,
  after: Cursor,
  permission: OrgStream['permission'],
  only?: OrgStream['only'],
  issues: readonly string[] = [],
): Promise<EventStream> {
  if (actor.kind === 'nobody') throw unauthenticated()
  const orgId = decodeId('Org', globalId)
  if (orgId === null) throw forbidden()
  const position = positionAfter(after, (cursor) => app.cursors.decodeSeq(orgEventList(orgId), cursor))
  const stream = await app.streams.org({
    orgId,
    actor,
    permission,
    after: position ?? null,
    ...(only && { only }),
  })
  const [issue] = position === undefined ? [noCursor] : issues
  if (issue === undefined) return stream
  await stream.return()
  throw badUserInput(issue)
}

function inboxStream({ app, actor }: Context, after: Cursor): Promise<EventStream> {
  if (actor.kind !== 'person')
    throw unauthenticated('Sign in as a person: a token has no invites of its own.')
  const { userId } = actor
  const position = positionAfter(after, (cursor) => app.cursors.decodeSeq(inboxList(userId), cursor))
  if (position === undefined) throw badUserInput(noCursor)
  return app.streams.inbox({ userId, actor, after: position })
}

/** As it was given, if it was. */
type Cursor = string | null | undefined

const noCursor = '`after` is no cursor of this stream.'

/** Null where none was given, undefined for what is none of this list. */
function positionAfter(after: Cursor, decode: (cursor: string) => number | null): number | null | undefined {
  return after == null ? null : (decode(after) ?? undefined)
}
