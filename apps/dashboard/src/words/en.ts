import type {
  DataRegion,
  OrgChangeEventType,
  OrgInviteDelivery,
  OrgInviteLinkStatus,
  OrgInviteStatus,
  OrgJoinRequestStatus,
  OrgRoleName,
  OrgStatus,
  OrgTier,
  OrgUserOrigin,
  Permission,
  RefusalFragment,
} from '../../../../operations/generated/graphql.js'
import { list, number, plural, say } from './format.js'

/**
 * All texts of the pages in English. Every other language has the same shape (de.ts), so a missing text doesn't compile.
 *
 * Each area of the pages has a block. A text with a value in it is a function; with something bold in it, it uses `say`;
 * with a count, `plural`. Nothing is put together from halves of sentences: other languages order them otherwise.
 *
 * How they sound: as a product speaks to a busy person. "Cancel", not "Keep it as it is". Say what to do next, not what
 * the program did. No names from the API (INVITE_CREATE, expiresAt), no jokes.
 */

/** What many places need. */
const common = {
  exampleDomain: 'example.com',
  exampleEmail: 'name@example.com',
  exampleUrl: 'https://example.com/webhooks',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  remove: 'Remove',
  delete: 'Delete',
  revoke: 'Revoke',
  done: 'Done',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Couldn’t copy: select the text instead',
  refresh: 'Refresh',
  tryAgain: 'Try again',
  /** The hint of a field that may stay empty. */
  optional: 'Optional',
  name: 'Name',
  email: 'E-mail',
  emailAddress: 'E-mail address',
  status: 'Status',
  roles: 'Roles',
  actions: 'Actions',
  /** A person without a name, at the beginning of a sentence and within one. */
  someone: 'Someone',
  someoneInside: 'someone',
  by: (who: string) => `by ${who}`,
  more: (count: number) => plural(count, { one: 'and # more', other: 'and # more' }),
}

/** The choice of the language and of the colours. */
const language = {
  label: 'Language',
  asTheBrowser: 'Browser’s language',
}

const theme = {
  label: (theme: string) => `Colors: ${theme}`,
  system: 'same as system',
  light: 'light',
  dark: 'dark',
}

/** Times relative to now. */
const time = {
  justNow: 'just now',
}

/** Signing in and out, and the account menu. */
const signIn = {
  title: (brand: string) => `Sign in to ${brand}`,
  submit: 'Sign in',
  signOut: 'Sign out',
  starting: 'Signing you in…',
  tryAgain: 'Try again',
  expired: 'Your session has expired. Sign in again.',
  again: 'Sign in again',
  againTitle: 'Sign in again to continue',
  nothingLost: 'Nothing you typed is lost. It stays on this page.',
  blocked: 'Your browser blocked the sign-in window. Allow pop-ups for this page, then try again.',
  otherAccount: 'Use another account',
  account: 'Account',
  accountOf: (name: string) => `Account: ${name}`,
  apiToken: 'API token',
  serverAway: 'The server can’t be reached. Try again in a moment.',
  unreachable: 'The sign-in service can’t be reached at the moment. Try again shortly.',
  unreachableRetrying:
    'The sign-in service can’t be reached, so this page can’t save or update anything. It keeps trying.',
  notSignedIn: 'You aren’t signed in. Sign in to continue.',
  cancelled: 'The sign-in was canceled, or this account isn’t allowed to use this service.',
  failed: 'You couldn’t be signed in. If this happens again, contact the people who run this service.',
  refused:
    'You’re signed in, but this server doesn’t accept your sign-in. Contact the people who run this service.',
  insecure: 'You can only sign in over a secure connection (https).',
  forOperators: 'For the people who run this service',
  notSetUp: 'Signing in isn’t set up on this server yet.',
  notSetUpForInvitee:
    'You can’t respond here yet: signing in isn’t set up on this server. Contact the person who invited you.',
  noEmail: (known: string | null) =>
    known === null
      ? 'This server doesn’t know your e-mail address, because your sign-in doesn’t include it. So it can’t tell which invites are for you.'
      : `This server doesn’t know your e-mail address. You’re signed in as ${known}, but the sign-in service doesn’t pass the address on. So the server can’t tell which invites are for you.`,
  /** For those who run the server: these name settings. */
  operator: {
    refused:
      'The server refused the access token of the provider. The log names the reason. Usually the audience of the token is wrong: compare AUTH_AUDIENCE with OIDC_AUDIENCE or OIDC_RESOURCE.',
    notSetUp: (origin: string) =>
      `Set AUTH_ISSUER, AUTH_JWKS_URL and OIDC_CLIENT_ID, so that people can sign in at ${origin}. Or set APP_URL to your own application, so that the links lead there. See docs/deploying.md, “Signing in to the pages”.`,
    noEmail:
      'The access token has no claims email and email_verified. Have the provider add them to access tokens, or keep the addresses with upsertUser. See docs/deploying.md, “Signing in to the pages”.',
  },
  /** Only outside production. */
  switchPerson: 'Switch person',
  graphiql: 'Try the API in GraphiQL',
  mailbox: 'Open the mailbox',
  asInvitee: 'As the person invited',
  asSomebodyElse: 'As someone else',
  roleIn: (role: string, org: string) => `${role} of ${org}`,
  wrongAddress: 'This is not an e-mail address. Check it, and try again.',
  anyAddressHint: 'Counts as verified. Only while this server isn’t in production.',
  withToken: 'With a token',
  token: 'Token',
  tokenHint: 'An API token (gh_…), or a person’s access token. It stays in this tab.',
  wrongToken: 'This token isn’t valid. Check that you copied all of it.',
  /** In the window in which somebody has signed in again. */
  done: 'You’re signed in. You can close this window.',
}

/** The page of an invite, opened from its e-mail. */
const invitePage = {
  opening: 'Opening your invite…',
  failed: 'Your invite couldn’t be opened',
  invitesYou: <P = string>(inviter: P | string) => say`${inviter} invites you to join`,
  youAreInvited: 'You’re invited to join',
  role: 'Role',
  for: 'For',
  expires: 'Expires',
  signedInAs: <P = string>(name: P | string) => say`You’re signed in as ${name}.`,
  notYou: 'Use another account',
  yourAnswer: 'Your answer',
  accept: 'Accept',
  decline: 'Decline',
  signInTitle: 'Sign in to respond',
  signInWith: (address: string) => `This invite is for ${address}. Sign in with that address to respond.`,
  needsPerson: 'An API token can’t respond to an invite. Sign in with your own account.',
  otherAddress: (invited: string, yours: string) =>
    `This invite is for ${invited}, but you’re signed in as ${yours}. Sign in with the invited address to respond.`,
  declineTitle: (org: string) => `Decline the invite to ${org}?`,
  declineBody: 'This link will stop working. You can be invited again.',
  declined: 'Invite declined',
  declinedBody: (org: string) => `You declined the invite to ${org}.`,
  joined: (org: string) => `You’ve joined ${org}`,
  joinedAs: (org: string, role: string) => `You’re now ${role} of ${org}.`,
  open: (org: string) => `Open ${org}`,
  yourOrgs: 'Go to your organizations',
  ended: {
    expired: 'This invite has expired',
    expiredBody: <P = string>(org: string, when: P | string) => say`The invite to ${org} expired ${when}.`,
    expiredNext: (inviter: string) => `Ask ${inviter} for a new link.`,
    askForLink: 'Ask for a new link',
    linkRequested: <P = string>(when: P | string) =>
      say`A new link was requested ${when}. If it is sent, it comes by e-mail to the invited address. You can ask again after a day.`,
    revoked: 'This invite was revoked',
    revokedBody: (org: string) => `The invite to ${org} is no longer valid.`,
    revokedNext: (inviter: string) => `If you think that’s a mistake, contact ${inviter}.`,
    declined: 'This invite was declined',
    declinedNext: (inviter: string) => `Changed your mind? Ask ${inviter} to invite you again.`,
    accepted: 'This invite has already been accepted',
    acceptedBody: (org: string) => `Whoever it was for is a member of ${org} now.`,
    /** To the very person who accepted it. */
    alreadyIn: (org: string) => `You’re already a member of ${org}`,
    alreadyInBody: 'You’ve accepted this invite.',
    theInviter: 'the person who invited you',
  },
  unknown: 'This link isn’t valid any more',
  unknownBody:
    'If you received a newer e-mail, use the link in that one. Also check that the link wasn’t cut off: open it from the e-mail itself.',
  unknownNext: 'If that doesn’t help, ask the person who invited you for a new link.',
}

/** The page of an invite link, by which many can join. */
const joinPage = {
  anyone: 'Anyone with this link',
  addressesAt: (domains: readonly string[]) => `People with an address at ${list(domains)}`,
  join: 'Join',
  signInTitle: 'Sign in to join',
  signInWith: (domains: readonly string[]) =>
    `This link is for people with a verified address at ${list(domains)}.`,
  needsPerson: 'An API token can’t join an organization. Sign in with your own account.',
  otherAddress: (domains: readonly string[], yours: string) =>
    `This link is for addresses at ${list(domains)}, but you’re signed in as ${yours}.`,
  ended: {
    expired: 'This link has expired',
    expiredBody: <P = string>(org: string, when: P | string) => say`The link to ${org} expired ${when}.`,
    usedUp: 'This link has reached its limit',
    usedUpBody: (org: string) => `The maximum number of people have already joined ${org} with it.`,
    next: (maker: string) => `Ask ${maker} for a new link.`,
    revoked: 'This link was revoked',
    revokedBody: (org: string) => `It can no longer be used to join ${org}.`,
    revokedNext: (maker: string) => `If you think that’s a mistake, contact ${maker}.`,
    theMaker: 'the person who sent you the link',
  },
  unknown: 'This link isn’t valid any more',
  unknownBody: 'Check that you copied the whole link.',
  unknownNext: 'If that doesn’t help, ask the person who sent it for a new link.',
}

/** The frame of the dashboard, and the choice of an organization. */
const dashboard = {
  skip: 'Skip to content',
  loading: 'Loading',
  organization: 'Organization',
  left: (org: string) => `You’ve left ${org}.`,
  deleted: (org: string) => `${org} was deleted.`,
  gone: (org: string) => `You’re no longer a member of ${org}, or it was deleted.`,
  missing: 'This organization isn’t available',
  missingBody: 'It was deleted, or you’re no longer a member.',
  noOrg: 'Create an organization',
  noOrgBody: 'You’ll be its owner and can invite others. If someone invites you, the invite appears here.',
  tokenWithoutOrg: 'This API token doesn’t belong to an organization',
  rightsLost: 'Your role changed, so live updates have stopped. You see what your current role allows.',
  organizations: 'Organizations',
  switchFrom: (name: string) => `${name}: switch organization`,
  searchOrgs: 'Search organizations',
  noOrgFound: 'No organization found',
  moreOrgs: (count: number) =>
    plural(count, { one: 'and # more. Use the search.', other: 'and # more. Use the search.' }),
  createOrg: 'Create an organization…',
}

/** The organization's page: its head, its tabs, and what its settings say of it. */
const org = {
  invite: 'Invite people',
  settings: 'Settings',
  leave: 'Leave',
  delete: 'Delete',
  noFreeSeat: 'No seats left',
  status: {
    ACTIVE: 'Active',
    DEPROVISIONING: 'Being deleted',
    PROVISIONING: 'Being set up',
  } satisfies Record<OrgStatus, string>,
  tier: { FREE: 'Free', PREMIUM: 'Premium' } satisfies Record<OrgTier, string>,
  region: {
    US_WEST: 'US West',
    US_EAST: 'US East',
    EU_WEST: 'Western Europe',
    EU_CENTRAL: 'Central Europe',
    AP_SOUTHEAST: 'Southeast Asia and Pacific',
  } satisfies Record<DataRegion, string>,
  pending: (count: number) => plural(count, { one: '# pending invite', other: '# pending invites' }),
  youAre: (role: string) => `You’re ${role}`,
  seats: (used: number, all: number) => `${number(used)} of ${number(all)} seats used`,
  tabs: {
    label: 'Sections',
    invites: 'Invites',
    links: 'Invite links',
    requests: 'Requests',
    members: 'Members',
    appRoles: 'Product roles',
    domains: 'E-mail domains',
    tokens: 'API tokens',
    webhooks: 'Webhooks',
  },
  /** Only some roles see these. */
  restricted: 'Your role doesn’t include the activity log.',
  restrictedInvites: 'Your role doesn’t include invites or the activity log.',
}

/** The org's settings: profile, ownership, leaving and deleting. */
const settings = {
  profile: 'Organization profile',
  name: 'Organization name',
  nameHint: 'Must be different from every other organization’s name.',
  slug: 'URL name',
  slugHint: 'Lowercase letters, digits and hyphens. Links that use the old one may stop working.',
  logo: 'Logo',
  logoHint: 'The address of an image, beginning with https://. Optional.',
  discard: 'Discard changes',
  saved: 'Saved',
  preview: 'Preview',
  createTitle: 'Create an organization',
  create: 'Create',
  leaveTitle: (org: string) => `Leave ${org}?`,
  leave: 'Leave',
  leaveBody: 'You’ll lose access immediately. Pending invites that you sent will be revoked.',
  deleteTitle: (org: string) => `Delete ${org}?`,
  delete: 'Delete organization',
  deleteBody:
    'This permanently deletes its members, invites, domains, API tokens and activity. It can’t be undone.',
  handOverTitle: (who: string) => `Transfer ownership to ${who}?`,
  handOver: 'Transfer ownership',
  handOverBody: (who: string) =>
    `${who} becomes an owner and you become an admin. Only an owner can change this back. Your pending invites for owners will be revoked.`,
}

/** Members, and what is done to them. */
const members = {
  caption: 'Members',
  member: 'Member',
  since: 'Member since',
  you: 'You',
  suspended: 'Suspended',
  empty: 'No members yet',
  noMatch: 'No members found',
  noMatchBody: 'Try a shorter search or fewer filters.',
  search: 'Search by name or e-mail',
  appRole: 'Product role',
  anyAppRole: 'Any product role',
  changeRoles: 'Change roles',
  suspend: 'Suspend',
  reinstate: 'Reinstate',
  remove: 'Remove',
  rolesTitle: (who: string) => `Roles of ${who}`,
  suspendTitle: (who: string) => `Suspend ${who}?`,
  suspendBody:
    'They lose access immediately, and their pending invites are revoked. They keep their roles and don’t use a seat. You can reinstate them.',
  removeTitle: (who: string) => `Remove ${who}?`,
  removeBody: 'They lose access immediately, and pending invites that they sent are revoked.',
  origin: {
    CREATOR: 'created the organization',
    INVITE: 'by invite',
    EMAIL_DOMAIN: 'by e-mail domain',
    DIRECT: 'added directly',
    INVITE_LINK: 'by invite link',
    JOIN_REQUEST: 'by request',
  } satisfies Record<OrgUserOrigin, string>,
  role: 'Role',
  roleOf: (who: string) => `Role of ${who}`,
  appRoles: 'Product roles',
  changeRole: 'Change role',
  roleTitle: (who: string, role: string) => `Make ${who} ${role}?`,
  ownRoleTitle: (role: string) => `Change your own role to ${role}?`,
  ownRoleBody: 'You can’t undo this yourself if your new role doesn’t let you change roles.',
  roleMeans: (role: string, can: string) => `${role}: ${can}.`,
  gone: 'No longer in this list',
  order: {
    joined: 'Joined first',
    '-joined': 'Joined last',
    name: 'Name, A to Z',
    '-name': 'Name, Z to A',
    role: 'Role, owners first',
  },
  changeRoleTo: 'Change role…',
  changeRoleOfChosen: 'Change the role of the selected members',
  removeManyTitle: (count: number) => plural(count, { one: 'Remove # member?', other: 'Remove # members?' }),
  changeManyTitle: (count: number, role: string) =>
    plural(count, {
      one: `Change the role of # member to ${role}?`,
      other: `Change the role of # members to ${role}?`,
    }),
  removedCount: (count: number) => plural(count, { one: '# member removed.', other: '# members removed.' }),
  changedCount: (count: number) => plural(count, { one: '# role changed.', other: '# roles changed.' }),
  cannotRemove: 'You can’t remove this person.',
  cannotChange: 'You can’t change this person’s role.',
}

/** Invites, and what is done with them. */
const invites = {
  caption: 'Invites',
  for: 'Invited',
  empty: 'No invites yet',
  emptyBody: 'People you invite appear here, with their answer.',
  noMatch: 'No invites found',
  noMatchBody: 'Try a shorter search or fewer filters.',
  search: 'Search by e-mail address',
  status: {
    PENDING: 'Pending',
    ACCEPTED: 'Accepted',
    DECLINED: 'Declined',
    REVOKED: 'Revoked',
    EXPIRED: 'Expired',
  } satisfies Record<OrgInviteStatus, string>,
  delivery: {
    NOT_SENT: 'No e-mail',
    QUEUED: 'Sending e-mail',
    SENT: 'E-mail sent',
    FAILED: 'E-mail failed',
  } satisfies Record<OrgInviteDelivery, string>,
  expires: <P = string>(when: P | string) => say`expires ${when}`,
  expired: <P = string>(when: P | string) => say`expired ${when}`,
  accept: 'Accept',
  decline: 'Decline',
  resend: 'Resend',
  renew: 'Renew',
  revoke: 'Revoke',
  delete: 'Delete',
  inviteAgain: 'Invite again',
  copyLink: 'Copy link',
  revokeTitle: (who: string) => `Revoke the invite to ${who}?`,
  revokeBody: 'Its link stops working immediately. You can invite them again.',
  deleteTitle: (who: string) => `Delete the invite to ${who}?`,
  deleteBody:
    'It’s removed from this list for good. The activity log keeps its entries, without the address.',
  gone: 'No longer in this list',
  timesSent: (count: number) => plural(count, { one: 'sent once', other: 'sent # times' }),
  order: {
    '-created': 'Newest first',
    created: 'Oldest first',
    expires: 'Expires first',
    '-expires': 'Expires last',
    status: 'Status, pending first',
  },
  notNow: (status: string) => `This isn’t possible for an invite with the status “${status}”.`,
  resentCount: (count: number) => plural(count, { one: '# invite resent.', other: '# invites resent.' }),
  revokedCount: (count: number) => plural(count, { one: '# invite revoked.', other: '# invites revoked.' }),
  revokeManyTitle: (count: number) => plural(count, { one: 'Revoke # invite?', other: 'Revoke # invites?' }),
  revokeManyBody: 'Their links stop working immediately. You can invite these people again.',
}

/** The dialogs that send invites. */
const inviteDialog = {
  title: 'Invite people',
  tabs: 'How',
  byAddress: 'By address',
  submit: 'Invite',
  submitMany: (count: number) => plural(count, { one: 'Invite # person', other: 'Invite # people' }),
  invited: (who: string) => `${who} was invited.`,
  note: 'Message in the e-mail',
  expires: 'Expires after',
  days: (count: number) => plural(count, { one: '# day', other: '# days' }),
  usualDays: (count: number) => plural(count, { one: '# day (default)', other: '# days (default)' }),
  emailLanguage: 'Language of the e-mail',
  usualLanguage: 'Default',
  sameLanguage: 'Same as before',
  sendEmail: 'Send an e-mail',
  resendTitle: (who: string) => `Resend the invite to ${who}`,
  renewTitle: (who: string) => `Renew the invite to ${who}`,
  resendBody: 'They get a new link. The old one stops working immediately.',
  renewBody: 'They get a new invite with a new link.',
  addresses: 'E-mail addresses',
  addressesHint: 'For several, paste a list or a column. Names may be included.',
  found: (count: number) => plural(count, { one: '# address', other: '# addresses' }),
  duplicates: (count: number) => plural(count, { one: '# duplicate', other: '# duplicates' }),
  atMost: (count: number) => `You can invite up to ${number(count)} people at once.`,
  countInvited: (count: number) =>
    plural(count, { one: '# person was invited.', other: '# people were invited.' }),
  countNot: (count: number) =>
    plural(count, { one: '# person couldn’t be invited:', other: '# people couldn’t be invited:' }),
  linkBody: 'No e-mail was sent. Copy the link and send it yourself. You won’t see it again here.',
  copyLink: 'Copy link',
  links: 'Addresses and links',
  copyLinks: 'Copy all links',
  file: 'From a file',
  role: 'Role',
  line: 'Line',
  chooseFile: 'CSV file',
  fileHint:
    'One column with e-mail addresses, and if you like one with roles (Admin, User). You see the list before anybody is invited.',
  fileTooLarge: 'This file is too large. Up to 5,000 people fit into one.',
  fileWithoutAddresses: 'No column with e-mail addresses was found in this file.',
  looking: (count: number) => `Comparing with the people who are here already… ${number(count)}`,
  fileGood: (count: number) =>
    plural(count, { one: '# person can be invited.', other: '# people can be invited.' }),
  fileBad: (count: number) => plural(count, { one: '# line is left out:', other: '# lines are left out:' }),
  verdict: {
    good: 'Will be invited',
    empty: 'No address',
    invalid: 'Not an e-mail address',
    duplicate: 'Listed twice',
    member: 'Already a member',
    pending: 'Already invited',
    unknownRole: 'Unknown role',
    roleAbove: 'You can’t give this role',
  },
}

/** Lists: pages, filters, sorting, choosing rows. */
const lists = {
  pages: 'Pages',
  range: (from: number, to: number, all: number) => `${number(from)}–${number(to)} of ${number(all)}`,
  previous: 'Previous',
  next: 'Next',
  loading: 'Loading…',
  notLoaded: 'This list couldn’t be loaded.',
  some: (count: number, all: number) => `${number(count)} of ${number(all)}`,
  first: 'First',
  last: 'Last',
  perPage: 'Rows per page',
  sort: 'Sort by',
  letter: 'Go to',
  letters: 'First letters',
  pageNumber: 'Page number',
  pageOf: <P = string>(field: P | string, all: number) => say`Page ${field} of ${number(all)}`,
  newRows: (count: number) => plural(count, { one: '# new · Show', other: '# new · Show' }),
  choose: (name: string) => `Select ${name}`,
  choosePage: 'Select all on this page',
  selection: 'Selected rows',
  chosen: (count: number) => plural(count, { one: '# selected', other: '# selected' }),
  clear: 'Clear selection',
  stop: 'Stop',
  stopping: 'Stopping…',
  stopped: 'Stopped.',
  progressLabel: 'Progress',
  progress: (done: number, all: number) => `${number(done)} of ${number(all)}`,
  refused: (count: number) => plural(count, { one: '# not changed:', other: '# not changed:' }),
  exportCsv: 'Export CSV',
  exporting: (count: number, all: number) => `${number(count)} of ${number(all)} · Cancel`,
}

/** Requests to join, as those who answer them see them. */
const joinRequests = {
  status: {
    PENDING: 'Pending',
    APPROVED: 'Approved',
    DECLINED: 'Declined',
    WITHDRAWN: 'Withdrawn',
  } satisfies Record<OrgJoinRequestStatus, string>,
  empty: 'No pending requests',
  emptyBody: 'People with an address at one of your e-mail domains can ask to join.',
  noMatch: 'No requests found',
  approve: 'Approve',
  decline: 'Decline',
  asked: <P = string>(when: P | string) => say`asked ${when}`,
  answered: <P = string>(when: P | string) => say`answered ${when}`,
  answeredBy: <P = string>(who: P | string, when: P | string) => say`answered by ${who} ${when}`,
  approveTitle: (who: string) => `Approve the request from ${who}?`,
  approveRole: 'Role',
  declineTitle: (who: string) => `Decline the request from ${who}?`,
  declineBody: 'They can ask again after 24 hours. You can still invite them.',
}

/** What waits for the viewer: invites to them, organizations that they can join, their own requests. */
const inbox = {
  invites: 'Your invites',
  invited: <P = string>(inviter: P | string, org: P | string, role: P | string, when: P | string) =>
    say`${inviter} invited you to join ${org} as ${role}. The invite expires ${when}.`,
  accept: 'Accept',
  decline: 'Decline',
  theInviteTo: (org: string) => `the invite to ${org}`,
  declineTitle: (org: string) => `Decline the invite to ${org}?`,
  declineBody: 'You can be invited again.',
  joined: (org: string) => `You’ve joined ${org}`,
  declined: (org: string) => `You declined the invite to ${org}`,
  waysIn: 'Organizations you can join',
  canJoin: <P = string>(org: P | string, domain: P | string) =>
    say`You can join ${org} because your address is at ${domain}.`,
  canAsk: <P = string>(org: P | string, domain: P | string) =>
    say`You can ask to join ${org} because your address is at ${domain}.`,
  join: 'Join',
  ask: 'Ask to join',
  askTitle: (org: string) => `Ask to join ${org}`,
  askBody: (org: string) => `The admins of ${org} will see your name and message.`,
  askMessage: 'Message',
  asked: (org: string) => `You asked to join ${org}`,
  askedWhen: <P = string>(org: P | string, when: P | string) =>
    say`You asked to join ${org} ${when}. There’s no answer yet.`,
  withdraw: 'Withdraw',
  theRequestTo: (org: string) => `the request to join ${org}`,
  withdrawn: (org: string) => `You withdrew your request to join ${org}`,
  closed: (domain: string, org: string) => `People with an address at ${domain} can no longer join ${org}.`,
}

/** What a role or an API token may do. */
const permissions = {
  groups: {
    org: 'Organization',
    members: 'Members',
    invites: 'Invites',
    domains: 'E-mail domains',
    events: 'Activity',
    tokens: 'API tokens',
    webhooks: 'Webhooks',
    instance: 'Whole server',
  },
  names: {
    ORG_READ: ['View the organization', 'Its name, logo and status'],
    ORG_UPDATE: ['Edit the profile', 'Change the name, URL name and logo'],
    ORG_DELETE: ['Delete the organization', 'Permanently, with everything in it'],
    MEMBER_READ: ['View members', 'Names, addresses and roles'],
    MEMBER_UPDATE_ROLES: ['Change roles', 'Give and take away roles up to its own'],
    MEMBER_REMOVE: ['Remove members', 'Also suspend and reinstate them'],
    INVITE_READ: ['View invites', 'Also invite links and requests to join'],
    INVITE_CREATE: ['Invite people', 'Also create links and answer requests to join'],
    INVITE_RESEND: ['Resend invites', 'Send them again and renew expired ones'],
    INVITE_REVOKE: ['Revoke invites', 'Their links stop working'],
    INVITE_DELETE: ['Delete invites', 'Remove ended ones from the list'],
    EMAIL_DOMAIN_READ: ['View e-mail domains', 'And who can join because of them'],
    EMAIL_DOMAIN_MANAGE: ['Manage e-mail domains', 'Add, verify and remove them'],
    EVENT_READ: ['View activity', 'The history, and live updates'],
    API_TOKEN_READ: ['View API tokens', 'Not their secrets'],
    API_TOKEN_MANAGE: ['Manage API tokens', 'Create and revoke them'],
    WEBHOOK_READ: ['View webhooks', 'And what was delivered'],
    WEBHOOK_MANAGE: ['Manage webhooks', 'Create, change, test and delete them'],
    INVITE_RESPOND: ['Answer invites for people', 'Accept or decline in their name'],
    INVITE_LINK: ['Get invite links', 'To send an invite without e-mail'],
    ORG_CREATE: ['Create organizations', 'For any owner'],
    ORG_MANAGE: ['Manage organizations', 'Status, plan, limits and ownership'],
    MEMBER_ADD: ['Add members', 'Without an invite'],
    APP_ROLE_MANAGE: ['Manage product roles', 'Create, change and delete them'],
    USER_READ: ['View people', 'Everyone on this server'],
    USER_MANAGE: ['Manage people', 'Create and change accounts'],
  } satisfies Record<Permission, readonly [name: string, meaning: string]>,
}

/** The roles of an organization. */
const roles = {
  name: { OWNER: 'Owner', ADMIN: 'Admin', USER: 'User' } satisfies Record<OrgRoleName, string>,
  /** After "as": "You've joined Acme as a user". */
  as: { OWNER: 'an owner', ADMIN: 'an admin', USER: 'a user' } satisfies Record<OrgRoleName, string>,
  can: {
    OWNER: 'Can do everything, including settings and deleting the organization',
    ADMIN: 'Can invite people, change roles and remove members',
    USER: 'Can see the organization and its members',
  } satisfies Record<OrgRoleName, string>,
  product: 'Product roles',
  makesOwner: 'An owner can do everything here, including removing you and deleting the organization.',
}

/** A sentence about a change without and with the name of what changed. */
type Change = readonly [plain: string, named: ((what: string) => string) | null]

/** The activity log. */
const events = {
  title: 'Activity',
  label: 'Events',
  filter: 'Filter',
  kinds: {
    all: 'All',
    OrgInviteEvent: 'Invites',
    OrgJoinRequestEvent: 'Requests',
    OrgUserEvent: 'Members',
    OrgChangeEvent: 'Organization',
  },
  empty: 'Nothing here yet',
  older: 'Show older entries',
  replayed: (count: number) =>
    plural(count, { one: '# entry while you were offline', other: '# entries while you were offline' }),

  invited: <P = string>(actor: P | string, invitee: P | string, role: P | string) =>
    say`${actor} invited ${invitee} as ${role}`,
  wasInvited: <P = string>(invitee: P | string, role: P | string) => say`${invitee} was invited as ${role}`,
  invitedAgain: <P = string>(actor: P | string, invitee: P | string, role: P | string) =>
    say`${actor} resent the invite to ${invitee} as ${role}`,
  wasInvitedAgain: <P = string>(invitee: P | string, role: P | string) =>
    say`The invite to ${invitee} as ${role} was resent`,
  emailSent: <P = string>(invitee: P | string) => say`E-mail sent to ${invitee}`,
  emailFailed: <P = string>(invitee: P | string) => say`The e-mail to ${invitee} couldn’t be delivered`,
  accepted: <P = string>(who: P | string, role: P | string) => say`${who} accepted the invite as ${role}`,
  declined: <P = string>(who: P | string) => say`${who} declined the invite`,
  revoked: <P = string>(actor: P | string, invitee: P | string) =>
    say`${actor} revoked the invite to ${invitee}`,
  wasRevoked: <P = string>(invitee: P | string) => say`The invite to ${invitee} was revoked`,
  expired: <P = string>(invitee: P | string) => say`The invite to ${invitee} expired`,
  renewalRequested: <P = string>(invitee: P | string) =>
    say`Someone with the expired invite link for ${invitee} asked for a new one`,
  deleted: <P = string>(actor: P | string) => say`${actor} deleted an ended invite`,
  wasDeleted: 'An ended invite was deleted',

  joined: <P = string>(who: P | string, role: P | string) => say`${who} joined as ${role}`,
  left: <P = string>(who: P | string) => say`${who} left`,
  removed: <P = string>(actor: P | string, who: P | string) => say`${actor} removed ${who}`,
  wasRemoved: <P = string>(who: P | string) => say`${who} was removed`,
  suspended: <P = string>(actor: P | string, who: P | string) => say`${actor} suspended ${who}`,
  wasSuspended: <P = string>(who: P | string) => say`${who} was suspended`,
  reinstated: <P = string>(actor: P | string, who: P | string) => say`${actor} reinstated ${who}`,
  wasReinstated: <P = string>(who: P | string) => say`${who} was reinstated`,
  rolesChanged: <P = string>(actor: P | string, who: P | string, changes: P | string) =>
    say`${actor} changed the roles of ${who}: ${changes}`,
  rolesWereChanged: <P = string>(who: P | string, changes: P | string) =>
    say`The roles of ${who} changed: ${changes}`,
  added: (names: readonly string[]) => `added ${list(names)}`,
  takenAway: (names: readonly string[]) => `removed ${list(names)}`,

  asked: <P = string>(who: P | string) => say`${who} asked to join`,
  approved: <P = string>(actor: P | string, who: P | string) =>
    say`${actor} approved the request from ${who}`,
  wasApproved: <P = string>(who: P | string) => say`The request from ${who} was approved`,
  requestDeclined: <P = string>(actor: P | string, who: P | string) =>
    say`${actor} declined the request from ${who}`,
  requestWasDeclined: <P = string>(who: P | string) => say`The request from ${who} was declined`,
  withdrawn: <P = string>(who: P | string) => say`${who} withdrew the request to join`,
  requestClosed: <P = string>(who: P | string) => say`The request from ${who} was closed`,

  /** Of the organization itself. `what` is the name of the thing, if it is known. */
  changed: {
    CREATED: ['The organization was created', (what) => `${what} was created`],
    RENAMED: ['The organization was renamed', (what) => `The organization was renamed to ${what}`],
    PROFILE_CHANGED: ['The profile was changed', null],
    STATUS_CHANGED: ['The status was changed', null],
    TIER_CHANGED: ['The plan was changed', null],
    LIMITS_CHANGED: ['The limits were changed', null],
    EMAIL_DOMAIN_BOUND: ['An e-mail domain was added', (what) => `E-mail domain ${what} was added`],
    EMAIL_DOMAIN_VERIFIED: ['An e-mail domain was verified', (what) => `E-mail domain ${what} was verified`],
    EMAIL_DOMAIN_JOIN_MODE_CHANGED: [
      'The rules for joining by e-mail domain were changed',
      (what) => `The rules for joining from ${what} were changed`,
    ],
    EMAIL_DOMAIN_UNBOUND: ['An e-mail domain was removed', (what) => `E-mail domain ${what} was removed`],
    INVITE_LINK_CREATED: ['An invite link was created', null],
    INVITE_LINK_REVOKED: ['An invite link was revoked', null],
    API_TOKEN_CREATED: ['An API token was created', (what) => `API token ${what} was created`],
    API_TOKEN_REVOKED: ['An API token was revoked', (what) => `API token ${what} was revoked`],
    WEBHOOK_CREATED: ['A webhook was created', (what) => `Webhook to ${what} was created`],
    WEBHOOK_UPDATED: ['A webhook was changed', (what) => `Webhook to ${what} was changed`],
    WEBHOOK_DISABLED: [
      'A webhook was turned off',
      (what) => `Webhook to ${what} was turned off after errors`,
    ],
    WEBHOOK_DELETED: ['A webhook was deleted', (what) => `Webhook to ${what} was deleted`],
  } satisfies Record<OrgChangeEventType, Change> as Record<OrgChangeEventType, Change>,
  byActor: <P = string>(actor: P | string, what: P | string) => say`${what} by ${actor}`,
}

/** What every dialog may have to say. */
const dialogs = {
  discardTitle: 'Discard your changes?',
  keepEditing: 'Keep editing',
  discard: 'Discard',
  shownOnceTitle: 'Close without copying?',
  shownOnceBody: 'You can’t see it again later.',
  back: 'Back',
  permissionLost: 'Your role changed, so you can no longer do this.',
  changed: 'Something changed in the meantime, so this is no longer possible.',
}

/** The state of the connection and of what is loaded. */
const connection = {
  live: 'Live',
  connecting: 'Connecting',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  ended: 'Not live',
  polling: (seconds: number) => `Updates every ${seconds} s`,
  reconnect: 'Reconnect',
  /** After trouble, with the number of missed events that arrived since. */
  liveAgain: 'Live again',
  liveAfter: (missed: number) =>
    plural(missed, { one: 'Live, # missed event replayed', other: 'Live, # missed events replayed' }),
  replaying: (done: number, all: number) => `Replaying ${number(done)} of ${number(all)}`,
  endedSignedOut: 'Not live: your session has expired',
  endedRight: 'Not live: your role changed',
  endedGone: 'Not live: you’re no longer a member',
  cut: 'Cut the connection',
  cutHint: 'Cut the connection to see that nothing is missed',
  cutOff: 'Cut off',
  cutFor: (seconds: number) => `Cut off for ${number(seconds)} s`,
}

/** Errors that are no refusal of the API. */
const errors = {
  page: 'Something went wrong. Reload the page to continue.',
  unreachable: 'Can’t connect to the server. Nothing was lost. Try again in a moment.',
  unavailable: 'The server isn’t ready yet. Try again in a moment.',
  signedOut: 'Your session has expired. Sign in again.',
  forbidden: 'You no longer have permission to see this.',
  tooMany: 'Too many requests. Wait a moment and try again.',
  other: 'The server couldn’t do this. Try again. If it keeps happening, contact support.',
}

/** What can stand in the details of a refusal. */
export interface RefusalDetails {
  /** The name of the missing permission: "Invite people". */
  readonly permission?: string | undefined
  /** The role that is too high, with its article: "an owner". */
  readonly role?: string | undefined
  readonly appRole?: string | undefined
  readonly limit?: number | undefined
  readonly limitOf?: LimitedThing | undefined
  /** When to try again: "in 5 minutes". */
  readonly wait?: string | undefined
  readonly inviteStatus?: OrgInviteStatus | undefined
  readonly requestStatus?: OrgJoinRequestStatus | undefined
  readonly linkStatus?: OrgInviteLinkStatus | undefined
  readonly orgStatus?: OrgStatus | undefined
}

/** What an organization can have only so many of. */
export type LimitedThing = keyof typeof limits

const limits = {
  pendingInvites: (limit: number) =>
    `There are already ${number(limit)} pending invites, which is the limit. Revoke some, or wait for answers.`,
  seats: (limit: number) => `All ${number(limit)} seats of the organization are in use.`,
  domains: (limit: number) => `An organization can have up to ${number(limit)} e-mail domains.`,
  apiTokens: (limit: number) =>
    `The limit of ${number(limit)} API tokens is reached. Revoke one that’s no longer needed.`,
  webhooks: (limit: number) => `An organization can have up to ${number(limit)} webhooks.`,
  inviteLinks: (limit: number) =>
    `An organization can have up to ${number(limit)} active invite links. Revoke one first.`,
}

export type RefusalTypename = RefusalFragment['__typename']

type Refusals = Record<RefusalTypename, string | ((details: RefusalDetails) => string)>

/** Why the server refused something, for the person who tried it. */
const refusals = {
  /** Of a kind that this page doesn't know. */
  unknown: 'This isn’t possible right now. Reload the page and try again.',
  limits,
  byType: {
    AlreadyOrgUserError: 'This person is already a member.',
    AppRoleInUseError: 'This product role is still in use. Take it away from everyone who has it first.',
    AppRoleNotGrantableError: ({ appRole }) =>
      appRole
        ? `Your role doesn’t let you give or take away “${appRole}”.`
        : 'Your role doesn’t let you give or take away this product role.',
    EmailDomainNotAllowedError:
      'This is a public e-mail provider: anyone can have an address there. Use your company’s own domain.',
    EmailDomainNotVerifiedError: 'The DNS record isn’t visible yet. Changes to DNS can take a few hours.',
    EmailDomainTakenError: 'Another organization has already verified this domain.',
    EmailNotConfiguredError:
      'This server can’t send e-mail. Invite without e-mail and share the link instead.',
    EmailNotVerifiedError:
      'Your e-mail address isn’t verified. Verify it where you sign in, then sign in again.',
    IdempotencyKeyReusedError: 'This was already done with other details. Reload the page and try again.',
    InvalidInputError: 'Check what you entered.',
    LastOwnerError: 'An organization needs an owner. Make someone else an owner first.',
    LimitReachedError: ({ limit, limitOf }) =>
      limit !== undefined && limitOf ? limits[limitOf](limit) : 'A limit of the organization is reached.',
    NotFoundError: 'This no longer exists, or you no longer have access to it.',
    OrgExternalIdTakenError: 'Another organization already has this ID.',
    OrgHasResourcesError: 'The organization still has things in the product. Remove them there first.',
    OrgInviteAlreadyPendingError: 'This person already has a pending invite. Resend or revoke it instead.',
    OrgInviteForAnotherUserError:
      'This invite is for another address. Sign in with the address it was sent to.',
    OrgInviteLinkEndedError: 'This link can no longer be used. Ask for a new one.',
    OrgInviteNotExpiredError: 'This invite has not expired. Reload the page.',
    OrgInviteNotPendingError: ({ inviteStatus }) =>
      ({
        ACCEPTED: 'This invite has already been accepted.',
        DECLINED: 'This invite has already been declined.',
        REVOKED: 'This invite was revoked.',
        EXPIRED: 'This invite has expired.',
        PENDING: 'This invite is pending.',
      })[inviteStatus ?? 'EXPIRED'],
    OrgJoinRequestAlreadyPendingError:
      'You’ve already asked to join. Wait for the answer, or withdraw the request.',
    OrgJoinRequestNotPendingError: ({ requestStatus }) =>
      ({
        APPROVED: 'This request has already been approved.',
        DECLINED: 'This request has already been declined.',
        WITHDRAWN: 'This request was withdrawn.',
        PENDING: 'This request is pending.',
      })[requestStatus ?? 'WITHDRAWN'],
    OrgNameTakenError: 'Another organization already has this name.',
    OrgNotActiveError: ({ orgStatus }) =>
      orgStatus === 'DEPROVISIONING'
        ? 'This organization is being deleted, so it can’t be changed.'
        : 'This organization is still being set up. Try again later.',
    OrgSlugTakenError: 'Another organization already has this URL name.',
    OrgUserSuspendedError: 'This member is suspended. Reinstate them first.',
    PermissionDeniedError: ({ permission }) =>
      permission
        ? `Your role doesn’t allow this any more (“${permission}”). Ask an owner or admin.`
        : 'Your role doesn’t allow this. Ask an owner or admin.',
    RateLimitedError: ({ wait }) =>
      wait ? `That was too often. Try again ${wait}.` : 'That was too often. Try again later.',
    RoleNotGrantableError: ({ role }) =>
      role ? `Only ${role} can do this.` : 'Only someone with a higher role can do this.',
    SoleOwnerError:
      'You’re the only owner of an organization. Make someone else an owner or delete it first.',
    WebhookDisabledError: 'This webhook is off. Turn it on first.',
  } satisfies Refusals as Refusals,
  /** What a field must be, by the last name in the path of the input. */
  byField: {
    add: 'Choose at least one role to add or remove.',
    appRoleIds: 'Choose fewer product roles.',
    bindEmailDomain: 'Enter a domain such as example.com.',
    description: 'Use up to 1,000 characters.',
    domain: 'Enter a domain such as example.com.',
    email: 'Enter an e-mail address such as name@example.com.',
    emailDomains: 'Enter domains such as example.com, separated by commas.',
    eventTypes: 'Choose at least one event.',
    expiresAt: 'Choose an earlier or later date.',
    fromUserId: 'Only an owner can do this.',
    invitees: 'Invite up to 100 people at once.',
    key: 'Use lowercase letters, digits and _ . : -',
    locale: 'Choose another language.',
    logoUrl: 'Enter a full address that begins with https://.',
    maxUses: 'Enter a number from 1 to 10,000.',
    message: 'This message is too long or contains characters that aren’t allowed.',
    name: 'Enter a name with up to 100 characters.',
    orgInviteId: 'This invite is still pending. Revoke it first.',
    permissions: 'Choose at least one permission.',
    remove: 'Choose each role only once.',
    roles: 'Choose at least one role.',
    slug: 'Use 1 to 63 lowercase letters, digits and hyphens. It can’t begin or end with a hyphen.',
    url: 'Enter a public address such as https://example.com/webhooks.',
    userId: 'Choose another member.',
  } as Record<string, string>,
  /** Of a field that isn't listed. */
  unknownField: 'This value isn’t allowed.',
}

export const en = {
  common,
  language,
  theme,
  time,
  signIn,
  invitePage,
  joinPage,
  dashboard,
  org,
  settings,
  members,
  invites,
  inviteDialog,
  lists,
  joinRequests,
  inbox,
  permissions,
  roles,
  events,
  dialogs,
  connection,
  errors,
  refusals,
}

/** The shape of every language's words. */
export type Words = typeof en
