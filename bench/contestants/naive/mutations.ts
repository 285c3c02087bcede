import type { OrgInvite as Invite, OrgUser as Member } from '../../../src/generated/prisma/client.js'
import { builder, uuidOf } from './builder.js'
import { OrgInvite, OrgUser } from './queries.js'
import { acceptInvite, createInvite } from './writes.js'

const Invitee = builder.inputType('InviteeInput', {
  fields: (t) => ({ email: t.string({ required: true }) }),
})
const CreateInput = builder.inputType('CreateOrgInviteInput', {
  fields: (t) => ({
    orgId: t.id({ required: true }),
    invitee: t.field({ type: Invitee, required: true }),
    sendEmail: t.boolean(),
  }),
})
const InviteRef = builder.inputType('OrgInviteRef', {
  fields: (t) => ({ orgInviteId: t.id({ required: true }) }),
})
const AcceptInput = builder.inputType('AcceptOrgInviteInput', {
  fields: (t) => ({ invite: t.field({ type: InviteRef, required: true }) }),
})

const CreatePayload = builder.objectRef<{ orgInvite: Invite }>('CreateOrgInvitePayload').implement({
  fields: (t) => ({ orgInvite: t.field({ type: OrgInvite, resolve: ({ orgInvite }) => orgInvite }) }),
})
const AcceptPayload = builder
  .objectRef<{ orgInvite: Invite; orgUser: Member }>('AcceptOrgInvitePayload')
  .implement({
    fields: (t) => ({
      orgInvite: t.field({ type: OrgInvite, resolve: ({ orgInvite }) => orgInvite }),
      orgUser: t.field({ type: OrgUser, resolve: ({ orgUser }) => orgUser }),
    }),
  })

builder.mutationType({
  fields: (t) => ({
    createOrgInvite: t.field({
      type: CreatePayload,
      args: { input: t.arg({ type: CreateInput, required: true }) },
      resolve: async (_root, { input }, { viewerId }) => ({
        orgInvite: await createInvite(uuidOf(input.orgId), viewerId, input.invitee.email),
      }),
    }),
    acceptOrgInvite: t.field({
      type: AcceptPayload,
      args: { input: t.arg({ type: AcceptInput, required: true }) },
      resolve: (_root, { input }, { viewerId }) => acceptInvite(uuidOf(input.invite.orgInviteId), viewerId),
    }),
  }),
})
