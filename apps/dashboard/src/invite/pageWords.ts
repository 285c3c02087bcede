import type { Words } from '@guildhall/react'
import type { Words as PageWords } from '../words/words.js'

/** The words of the package's page of an invite, in the language of this page. */
export function pageWords({ common, invitePage, roles }: PageWords): Partial<Words> {
  const { ended } = invitePage
  const noMore = () => ''
  return {
    roles: roles.name,
    page: {
      loading: invitePage.opening,
      failed: invitePage.failed,
      tryAgain: common.tryAgain,
      unknown: invitePage.unknown,
      unknownBody: invitePage.unknownBody,
      unknownNext: invitePage.unknownNext,
      invitesYou: invitePage.invitesYou,
      youAreInvited: invitePage.youAreInvited,
      role: invitePage.role,
      for: invitePage.for,
      expires: invitePage.expires,
      can: roles.can,
      signInTitle: invitePage.signInTitle,
      signInWith: invitePage.signInWith,
      // The page has its own sign-in, and says itself why an address is not known.
      signIn: '',
      noAddress: '',
      yourAnswer: invitePage.yourAnswer,
      signedInAs: invitePage.signedInAs,
      changeAccount: invitePage.notYou,
      otherAddress: invitePage.otherAddress,
      sure: invitePage.declineTitle,
      sureBody: invitePage.declineBody,
      joined: invitePage.joined,
      joinedAs: (org, role) => invitePage.joinedAs(org, roles.as[role]),
      declined: invitePage.declined,
      declinedBody: invitePage.declinedBody,
      ended: {
        ACCEPTED: { title: ended.accepted, body: (org) => ended.acceptedBody(org), next: noMore },
        DECLINED: {
          title: ended.declined,
          body: (org) => invitePage.declinedBody(org),
          next: ended.declinedNext,
        },
        REVOKED: { title: ended.revoked, body: (org) => ended.revokedBody(org), next: ended.revokedNext },
        EXPIRED: { title: ended.expired, body: ended.expiredBody, next: noMore },
      },
      theInviter: ended.theInviter,
      alreadyIn: ended.alreadyIn,
      alreadyInBody: ended.alreadyInBody,
      askForLink: ended.askForLink,
      linkRequested: ended.linkRequested,
    },
  }
}
