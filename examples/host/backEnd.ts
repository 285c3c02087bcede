import {
  AcceptInviteDocument,
  CountResourcesDocument,
  CreateOrgDocument,
  InviteByOwnMailDocument,
  UpsertUserDocument,
} from '../../operations/generated/graphql.js'
import { Api } from '../api.js'

/** What your back end tells Guildhall, with an instance token. Ids in and out are Guildhall's global ids. */
export function backEnd(url: string, instanceToken: string) {
  const guildhall = new Api(url, instanceToken)
  return {
    /** When somebody signs up with your product: `subject` is their `sub` at the identity provider. */
    async knowUser(person: { subject: string; email: string; name: string }): Promise<string> {
      const { user } = await guildhall.act(UpsertUserDocument, { ...person, emailVerified: true })
      return user.id
    },

    /** When they open a workspace. */
    async openOrg(name: string, ownerId: string): Promise<string> {
      const { org } = await guildhall.act(CreateOrgDocument, { name, ownerId })
      return org.id
    },

    /** A link for a mail of your own. Guildhall keeps its hash only: this answer is the one place where it stands. */
    async inviteLink(orgId: string, email: string): Promise<string> {
      const input = { orgId, invitee: { email }, sendEmail: false }
      const { acceptUrl } = await guildhall.act(InviteByOwnMailDocument, input)
      if (!acceptUrl) throw new Error('The token needs INVITE_LINK.')
      return acceptUrl
    },

    /** Answers for somebody, as on a sign-up page of yours that takes the link. */
    async acceptFor(userId: string, token: string): Promise<void> {
      await guildhall.act(AcceptInviteDocument, { invite: { token }, userId })
    },

    /** How much of a kind an org owns in your product: deleteOrg is refused while anything is left. */
    async countProjects(orgId: string, count: number): Promise<void> {
      await guildhall.act(CountResourcesDocument, { orgId, kind: 'project', count })
    },
  }
}
