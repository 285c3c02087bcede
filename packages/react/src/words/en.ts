import type { ReactNode } from 'react'
import type { Refusal } from '../api/outcome.js'
import type { InviteStatus, Role } from '../api/types.js'

interface Ending {
  readonly title: string
  body(org: string, when: ReactNode): ReactNode
  next(inviter: string): string
}

/** The words of the components. Pass others as `words` to the provider: all of them, or some. */
export const english = {
  roles: { OWNER: 'Owner', ADMIN: 'Admin', USER: 'Member' } as Record<Role, string>,
  loading: 'Loading …',
  missing: 'You can’t see this organization.',
  failed: 'This can’t be loaded now. Trying again …',
  signedOut: 'Sign in to see this.',
  cancel: 'Cancel',
  more: 'Show more',
  unnamed: 'No name',
  orgSwitcher: {
    label: 'Organization',
    choose: 'Choose an organization',
    none: 'You are in no organization.',
    switchFrom: (name: string) => `${name}: switch organization`,
    search: 'Search organizations',
    list: 'Organizations',
    noneFound: 'No organization found.',
    more: (count: number) => `and ${count} more. Use the search.`,
  },
  members: {
    title: 'Members',
    search: 'Search members',
    sort: 'Sort by',
    order: { name: 'Name', role: 'Role', newest: 'Newest first', oldest: 'Oldest first' },
    count: (count: number) => (count === 1 ? '1 member' : `${count} members`),
    none: 'Nobody found.',
    member: 'Member',
    role: 'Role',
    actions: 'Actions',
    you: 'You',
    suspended: 'Suspended',
    gone: 'No longer in this list',
    roleOf: (name: string) => `Role of ${name}`,
    changeRole: 'Change role',
    ownerSure: (name: string) => `Make ${name} an owner?`,
    ownRoleSure: (role: string) => `Change your own role to ${role}?`,
    ownRoleMeans: 'If your new role can’t change roles, you can’t undo this yourself.',
    roleMeans: {
      OWNER: 'Owners can do everything, also delete the organization.',
      ADMIN: 'Admins can invite people, change roles and remove members.',
      USER: 'Members can see who else is a member.',
    } as Record<Role, string>,
    /** What is said when it is done. A sentence that is empty is not said. */
    changed: (name: string, role: string) => `${name} is now: ${role}.`,
    suspend: 'Suspend',
    suspendWho: (name: string) => `Suspend ${name}`,
    suspendSure: (name: string) => `Suspend ${name}?`,
    suspendMeans: 'They lose access at once, and keep their roles. You can reinstate them.',
    suspendDone: (name: string) => `${name} is suspended.`,
    reinstate: 'Reinstate',
    reinstateWho: (name: string) => `Reinstate ${name}`,
    reinstated: (name: string) => `${name} is no longer suspended.`,
    remove: 'Remove',
    removeWho: (name: string) => `Remove ${name}`,
    sure: (name: string) => `Remove ${name} from the organization?`,
    removeMeans: 'They lose access at once, and pending invites that they sent are revoked.',
    removed: (name: string) => `${name} is no longer a member.`,
  },
  inviteForm: {
    title: 'Invite people',
    emails: 'E-mail addresses',
    example: 'name@example.com',
    emailsHint: 'Several with commas between them, or a list that you paste.',
    /** `repeated`: so many addresses are in the field once more. */
    found: (count: number, repeated: number) =>
      `${count === 1 ? '1 address' : `${count} addresses`}${repeated === 0 ? '' : `. Duplicates left out: ${repeated}`}`,
    atMost: (count: number) => `You can invite up to ${count} people at once.`,
    role: 'Role',
    /** What each role can do. One that is empty is not shown. */
    can: {
      OWNER: 'Can do everything, and remove you too.',
      ADMIN: 'Can invite people, change roles and remove members.',
      USER: 'Can see the organization and its members.',
    } as Record<Role, string>,
    appRoles: 'Roles in the product',
    options: 'More options',
    message: 'Message in the e-mail',
    messageHint: 'Optional',
    expires: 'Expires after',
    usualDays: 'Default',
    days: (count: number) => (count === 1 ? '1 day' : `${count} days`),
    language: 'Language of the e-mail',
    usualLanguage: 'Default',
    sendEmail: 'Send an e-mail',
    send: 'Invite',
    sendMany: (count: number) => `Invite ${count} people`,
    sent: (emails: readonly string[]) =>
      emails.length === 1 ? `${emails[0]} is invited.` : `${emails.length} people are invited.`,
    notInvited: (count: number) =>
      count === 1 ? '1 person could not be invited:' : `${count} people could not be invited:`,
    linksNote: 'No e-mail was sent. Copy the link and pass it on: it is shown only once.',
    links: 'Links',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'Copy the text yourself: the browser does not allow it.',
    /** What each field must be. */
    wrong: {
      email: 'Enter an e-mail address such as name@example.com.',
      roles: 'Choose a role.',
      appRoleIds: 'Choose fewer roles.',
      message: 'Use up to 1,000 characters.',
      expiresAt: 'Choose another number of days.',
      locale: 'Choose another language.',
    },
  },
  invites: {
    pending: 'Pending invites',
    none: 'No invite is pending.',
    expires: (date: string) => `Expires ${date}`,
    notDelivered: 'The mail could not be delivered.',
    resend: 'Send again',
    resendWho: (who: string) => `Send again: the invite to ${who}`,
    resent: (who: string) => `The invite to ${who} is sent again.`,
    revoke: 'Revoke',
    revokeWho: (who: string) => `Revoke the invite to ${who}`,
    revoked: (who: string) => `The invite to ${who} is revoked.`,
  },
  answer: {
    title: 'Invites to you',
    none: 'Nobody has invited you.',
    invitedBy: (inviter: string | null, org: string) =>
      inviter === null ? `You are invited to ${org}.` : `${inviter} invites you to ${org}.`,
    accept: 'Accept',
    acceptWhich: (org: string) => `Accept the invite to ${org}`,
    accepted: (org: string) => `You are now a member of ${org}.`,
    decline: 'Decline',
    declineWhich: (org: string) => `Decline the invite to ${org}`,
    declined: (org: string) => `You have declined the invite to ${org}.`,
  },
  /** The page of an invite's link. What is a ReactNode there can be an element: a name in bold, or a time. */
  page: {
    loading: 'Opening the invite …',
    failed: 'The invite can’t be opened',
    tryAgain: 'Try again',
    unknown: 'This link is not valid',
    unknownBody:
      'A later mail may have replaced it: use the link there. Check too that the link is complete.',
    unknownNext: 'If that does not help, ask the person who invited you for a new link.',
    invitesYou: (inviter: ReactNode): ReactNode => [inviter, ' invites you to join'],
    youAreInvited: 'You are invited to join',
    role: 'Role',
    for: 'For',
    expires: 'Expires',
    /** What a member of the role can do. Texts that are empty are not shown. */
    can: {
      OWNER: 'Can do everything, including deleting the organization',
      ADMIN: 'Can invite people, change roles and remove members',
      USER: 'Can see the organization and its members',
    } as Record<Role, string>,
    signInTitle: 'Sign in to answer',
    signInWith: (address: string) => `This invite is for ${address}. Sign in with that address to answer.`,
    signIn: 'Sign in',
    yourAnswer: 'Your answer',
    signedInAs: (who: ReactNode): ReactNode => ['You are signed in as ', who, '.'],
    changeAccount: 'Use another account',
    noAddress:
      'Your sign-in does not tell your e-mail address, so it is not known which invites are for you.',
    otherAddress: (invited: string, yours: string) =>
      `This invite is for ${invited}, but you are signed in as ${yours}. Sign in with the invited address to answer.`,
    sure: (org: string) => `Decline the invite to ${org}?`,
    sureBody: 'This link will stop working. You can be invited again.',
    joined: (org: string) => `You have joined ${org}`,
    joinedAs: (org: string, role: Role) =>
      `You are now ${{ OWNER: 'an owner', ADMIN: 'an admin', USER: 'a member' }[role]} of ${org}.`,
    declined: 'Invite declined',
    declinedBody: (org: string) => `You have declined the invite to ${org}.`,
    /** Why an invite can't be answered any more, and what its visitor can do. `when`: its end. */
    ended: {
      ACCEPTED: {
        title: 'This invite was accepted',
        body: (org) => `Whoever it was for is now a member of ${org}.`,
        next: () => '',
      },
      DECLINED: {
        title: 'This invite was declined',
        body: (org) => `The invite to ${org} is over.`,
        next: (inviter) => `If you have changed your mind, ask ${inviter} to invite you again.`,
      },
      REVOKED: {
        title: 'This invite was revoked',
        body: (org) => `The invite to ${org} is no longer valid.`,
        next: (inviter) => `If you think that this is a mistake, ask ${inviter}.`,
      },
      EXPIRED: {
        title: 'This invite has expired',
        body: (org, when) => [`The invite to ${org} was valid until `, when, '.'],
        next: () => '',
      },
    } as Record<Exclude<InviteStatus, 'PENDING'>, Ending>,
    theInviter: 'the person who invited you',
    /** To the person who accepted it. */
    alreadyIn: (org: string) => `You are already a member of ${org}`,
    alreadyInBody: 'You have accepted this invite.',
    askForLink: 'Ask for a new link',
    linkRequested: (when: ReactNode): ReactNode => [
      'A new link was asked for on ',
      when,
      '. It comes by e-mail, if it is sent. You can ask again after a day.',
    ],
  },
  profile: {
    title: 'Organization',
    name: 'Name',
    /** A hint that is empty is not shown. */
    nameHint: '',
    slug: 'Short name for URLs',
    slugHint: 'Old links may stop working.',
    logoUrl: 'URL of the logo',
    logoUrlHint: '',
    logo: 'Logo',
    save: 'Save',
    discard: 'Discard',
    saved: 'Saved.',
    /** What each field must be. */
    wrong: {
      name: 'Use 1 to 100 characters.',
      slug: 'Use lowercase letters and digits, with hyphens between them.',
      logoUrl: 'Enter an address that begins with https://.',
    },
  },
  /** By the type of the refusal: a sentence, or a function that makes one. */
  refusals: {
    AlreadyOrgUserError: 'This person is a member already.',
    AppRoleNotGrantableError: ({ appRole }: Refusal) =>
      appRole ? `You can’t give the role ${appRole.name}.` : 'You can’t give this role.',
    EmailNotConfiguredError: 'This server sends no e-mail. Invite without it, and pass the link on.',
    EmailNotVerifiedError: 'Verify your e-mail address first.',
    InvalidInputError: 'Check what you entered.',
    LastOwnerError: 'An organization needs an owner. Make somebody else an owner first.',
    LimitReachedError: 'The organization has reached its limit.',
    NotFoundError: 'This is not there any more.',
    OrgInviteAlreadyPendingError: 'This person is invited already.',
    OrgInviteForAnotherUserError: 'This invite is for another e-mail address than yours.',
    OrgInviteNotExpiredError: 'This invite has not expired. Load this page again.',
    OrgInviteNotPendingError: 'This invite can no longer be answered.',
    OrgNameTakenError: 'Another organization has this name.',
    OrgSlugTakenError: 'Another organization has this short name.',
    OrgNotActiveError: 'The organization is not active.',
    PermissionDeniedError: 'You are not allowed to do this.',
    RateLimitedError: 'Too many attempts. Wait a little.',
    RoleNotGrantableError: 'Only an owner can do this.',
  } as Partial<Record<string, string | ((refusal: Refusal) => string)>>,
  /** The server had an error of this code. */
  errors: {
    RATE_LIMITED: 'Too many attempts. Wait a little.',
    UNAUTHENTICATED: 'Sign in again.',
  } as Partial<Record<string, string>>,
  /** There was no answer, or an error of another code. */
  unreachable: 'The server can’t be reached. Try again.',
}

export type Words = typeof english
