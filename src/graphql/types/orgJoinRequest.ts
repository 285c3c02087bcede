import { userIdOf } from '../../domain/core/actor.js'
import { whyNotApprove, whyNotWithdraw } from '../../domain/joinRequests/joinRequestActions.js'
import { MAX_REQUEST_MESSAGE } from '../../domain/joinRequests/orgJoinRequest.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { connectionOf } from '../lists/connection.js'
import { visibleJoinRequest } from '../loaders/orgJoinRequest.js'
import { living } from '../loaders/user.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, isSelfOrReader } from '../viewer.js'

export const OrgJoinRequestStatusType = builder.enumType('OrgJoinRequestStatus', {
  description: 'Status of a join request. Only a PENDING request can change its status.',
  values: {
    PENDING: { description: 'Waiting for an answer.' },
    APPROVED: {
      description:
        'Approved by a member or an API token, or at once by the server because the domain’s mode was AUTO.',
    },
    DECLINED: { description: 'Declined. The user can ask again 24 hours later.' },
    WITHDRAWN: {
      description:
        'Withdrawn by the user, or closed because the user had become a member in another way when it was to be approved.',
    },
  },
} as const)

export const OrgJoinRequestType = builder.prismaNode('OrgJoinRequest', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'A user’s request to join an org, by the e-mail domain of their verified address. The user can read it, and viewers with INVITE_READ. It is erased with the user’s account.',
  fields: (t) => ({
    org: t.field({
      type: 'Org',
      nullable: true,
      select: (_args, _context, nestedSelection) => ({ org: nestedSelection(true) }),
      description: 'The org. Null unless the viewer has ORG_READ: whoever asks sees `orgName` instead.',
      resolve: async (request, _args, context) =>
        (await authorityIn(context, request.orgId)).permissions.has('ORG_READ')
          ? (request.org as never)
          : null,
    }),
    orgName: t.string({
      select: { org: { select: { name: true } } },
      description: 'Name of the org, for everyone who may read the request.',
      resolve: ({ org }) => org.name,
    }),
    user: t.relation('user', { description: 'The user who asked.' }),
    message: t.exposeString('message', {
      extensions: { maxLength: MAX_REQUEST_MESSAGE },
      nullable: true,
      description: 'What the user wrote to the org’s admins.',
    }),
    status: t.field({
      type: OrgJoinRequestStatusType,
      description: 'Status now.',
      resolve: ({ status }) => status,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stopped being PENDING.',
    }),
    resolvedBy: t.field({
      type: 'User',
      nullable: true,
      select: (_args, _context, nestedSelection) => ({ resolvedBy: nestedSelection(true) }),
      resolve: async ({ orgId, resolvedById, resolvedBy }, _args, context) =>
        resolvedById !== null && (await maySeeWhoResolved(context, orgId, resolvedById))
          ? living(resolvedBy)
          : null,
      description:
        'The user who approved, declined or withdrew it. Null while it is PENDING, if an API token or the server did, or if the account is gone. While the user who asked is not a member of the org, they see only themselves here.',
    }),
    viewerCanApprove: t.boolean({
      select: { org: { select: { status: true } } },
      description:
        'Whether the viewer can approve it now. It can still be refused if the org is full, or if the user is a member by now.',
      resolve: async (request, _args, context) => {
        const authority = await authorityIn(context, request.orgId)
        return whyNotApprove(request.org, authority, request, userIdOf(context.actor)) === null
      },
    }),
    viewerCanWithdraw: t.boolean({
      description: 'Whether the viewer made it and can withdraw it now.',
      resolve: (request, _args, { actor }) => whyNotWithdraw(request, userIdOf(actor)) === null,
    }),
  }),
})

/** Whoever asks can be an outsider, to whom the org does not name its admins. */
async function maySeeWhoResolved(context: Context, orgId: string, resolvedById: string): Promise<boolean> {
  const { permissions } = await authorityIn(context, orgId)
  return (
    permissions.has('INVITE_READ') || permissions.has('MEMBER_READ') || isSelfOrReader(context, resolvedById)
  )
}

export const OrgJoinRequestConnectionType = connectionOf(
  'OrgJoinRequest',
  OrgJoinRequestType,
  'join requests',
)

reachableAsNode('OrgJoinRequest', visibleJoinRequest)
