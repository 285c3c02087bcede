import {
  AcceptInviteDocument,
  AddMemberDocument,
  CountResourcesDocument,
  CreateOrgDocument,
  InviteByOwnMailDocument,
  OrgOfWorkspaceDocument,
  UpsertUserDocument,
  WhatMemberMayDocument,
} from '../../operations/generated/graphql.js'
import { Api } from '../api.js'

/** The calls of your back end to Guildhall, with an instance token. All ids are Guildhall's global ids. */
export function backEnd(url: string, instanceToken: string) {
  const guildhall = new Api(url, instanceToken)
  return {
    /** Call this when a user signs up with your product. `subject` is their `sub` at the identity provider. */
    async knowUser(person: { subject: string; email: string; name: string }): Promise<string> {
      const { user } = await guildhall.mutate(UpsertUserDocument, { ...person, emailVerified: true })
      return user.id
    },

    /** Call this when a user creates a workspace. If you get no answer, call it again: it creates only one org. */
    async openOrg(name: string, ownerId: string, workspaceId: string): Promise<string> {
      const input = { name, ownerId, externalId: workspaceId, idempotencyKey: `open ${workspaceId}` }
      const { org } = await guildhall.mutate(CreateOrgDocument, input)
      return org.id
    },

    /** The org of a workspace. Null if there is none. */
    async orgOf(workspaceId: string): Promise<string | null> {
      const { orgByExternalId } = await guildhall.query(OrgOfWorkspaceDocument, { externalId: workspaceId })
      return orgByExternalId?.id ?? null
    },

    /** Makes a user a member without an invite, for example a colleague whom your own directory knows. */
    async addMember(orgId: string, userId: string): Promise<void> {
      const idempotencyKey = `add ${userId} to ${orgId}`
      await guildhall.mutate(AddMemberDocument, { orgId, userId, roles: ['USER'], idempotencyKey })
    },

    /** Whether a user may invite others into an org. */
    async mayInvite(orgId: string, userId: string): Promise<boolean> {
      const { orgUser } = await guildhall.query(WhatMemberMayDocument, { orgId, userId })
      return orgUser?.permissions.includes('INVITE_CREATE') ?? false
    },

    /** Returns a link for your own mail. Guildhall stores only its hash and cannot return it again. */
    async inviteLink(orgId: string, email: string): Promise<string> {
      const input = { orgId, invitee: { email }, sendEmail: false }
      const { acceptUrl } = await guildhall.mutate(InviteByOwnMailDocument, input)
      if (!acceptUrl) throw new Error('The token needs INVITE_LINK.')
      return acceptUrl
    },

    /** Accepts an invite for a user. Your sign-up page can call this if it takes the token of the link. */
    async acceptFor(userId: string, token: string): Promise<void> {
      await guildhall.mutate(AcceptInviteDocument, { invite: { token }, userId })
    },

    /** Says how many projects an org owns in your product. While there are any, deleteOrg is refused. */
    async countProjects(orgId: string, count: number): Promise<void> {
      await guildhall.mutate(CountResourcesDocument, { orgId, kind: 'project', count })
    },
  }
}
