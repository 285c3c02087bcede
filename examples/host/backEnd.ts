import {
  AcceptInviteDocument,
  CountResourcesDocument,
  CreateOrgDocument,
  InviteByOwnMailDocument,
  UpsertUserDocument,
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

    /** Call this when a user creates a workspace. */
    async openOrg(name: string, ownerId: string): Promise<string> {
      const { org } = await guildhall.mutate(CreateOrgDocument, { name, ownerId })
      return org.id
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
