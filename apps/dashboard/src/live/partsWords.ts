import type { Refusal, Role, Words } from '@guildhall/react'
import { type Refusal as PageRefusal, refusalMessage } from '../model/refusal.js'
import { en } from '../words/en.js'
import type { Words as PageWords } from '../words/words.js'

const refusals = Object.fromEntries(
  Object.keys(en.refusals.byType).map((type) => [
    type,
    ({ mutation, issues = [], ...rest }: Refusal) =>
      // A newer server may have permissions that this page doesn't know.
      refusalMessage({ ...rest, issues: [...issues], __typename: type } as PageRefusal, mutation),
  ]),
)

/** The words of the package's components, in the language of this page. */
export function partsWords({
  common,
  dashboard,
  errors,
  inbox,
  inviteDialog,
  members,
  refusals: why,
  roles,
  settings,
}: PageWords): Partial<Words> {
  const { unknownField, byField } = why
  const { name = unknownField, slug = unknownField, logoUrl = unknownField } = byField
  return {
    roles: roles.name,
    unnamed: common.someone,
    members: wordsOfMembers(members, roles, common),
    inviteForm: wordsOfInviteForm(inviteDialog, why, roles, common),
    answer: {
      title: inbox.invites,
      none: '',
      invitedBy: (_, org) => inbox.theInviteTo(org),
      accept: inbox.accept,
      acceptWhich: (org) => `${inbox.accept} ${inbox.theInviteTo(org)}`,
      accepted: inbox.joined,
      decline: inbox.decline,
      declineWhich: (org) => `${inbox.decline} ${inbox.theInviteTo(org)}`,
      declined: inbox.declined,
    },
    profile: {
      title: settings.profile,
      name: settings.name,
      nameHint: settings.nameHint,
      slug: settings.slug,
      slugHint: settings.slugHint,
      logoUrl: settings.logo,
      logoUrlHint: settings.logoHint,
      logo: settings.preview,
      save: common.save,
      discard: settings.discard,
      saved: settings.saved,
      wrong: { name, slug, logoUrl },
    },
    refusals,
    orgSwitcher: {
      label: dashboard.organization,
      choose: dashboard.organization,
      none: dashboard.noOrgFound,
      switchFrom: dashboard.switchFrom,
      search: dashboard.searchOrgs,
      list: dashboard.organizations,
      noneFound: dashboard.noOrgFound,
      more: dashboard.moreOrgs,
    },
    errors: {
      UNREACHABLE: errors.unreachable,
      UNAVAILABLE: errors.unavailable,
      UNAUTHENTICATED: errors.signedOut,
      FORBIDDEN: errors.forbidden,
      RATE_LIMITED: errors.tooMany,
    },
    unreachable: errors.other,
  }
}

/** The search, the order and the count of the list are the page's own. */
function wordsOfMembers(
  members: PageWords['members'],
  roles: PageWords['roles'],
  { actions }: PageWords['common'],
): Words['members'] {
  const roleMeans = (role: Role) => members.roleMeans(roles.name[role], roles.can[role])
  // Its event is announced.
  const silently = () => ''
  return {
    title: members.caption,
    search: members.search,
    sort: '',
    order: { name: '', role: '', newest: '', oldest: '' },
    count: silently,
    none: members.noMatch,
    member: members.member,
    role: members.role,
    actions,
    you: members.you,
    suspended: members.suspended,
    gone: members.gone,
    roleOf: members.roleOf,
    changeRole: members.changeRole,
    ownerSure: (who) => members.roleTitle(who, roles.as.OWNER),
    ownRoleSure: members.ownRoleTitle,
    ownRoleMeans: members.ownRoleBody,
    roleMeans: { OWNER: roleMeans('OWNER'), ADMIN: roleMeans('ADMIN'), USER: roleMeans('USER') },
    changed: silently,
    suspend: members.suspend,
    suspendWho: (who) => `${members.suspend} ${who}`,
    suspendSure: members.suspendTitle,
    suspendMeans: members.suspendBody,
    suspendDone: silently,
    reinstate: members.reinstate,
    reinstateWho: (who) => `${members.reinstate} ${who}`,
    reinstated: silently,
    remove: members.remove,
    removeWho: (who) => `${members.remove} ${who}`,
    sure: members.removeTitle,
    removeMeans: members.removeBody,
    removed: silently,
  }
}

/** The page always shows the options. */
function wordsOfInviteForm(
  inviteDialog: PageWords['inviteDialog'],
  { unknownField, byField }: PageWords['refusals'],
  roles: PageWords['roles'],
  common: PageWords['common'],
): Words['inviteForm'] {
  const mustBe = (field: string) => byField[field] ?? unknownField
  return {
    title: inviteDialog.title,
    emails: inviteDialog.addresses,
    example: common.exampleEmail,
    emailsHint: inviteDialog.addressesHint,
    found: (count, repeated) =>
      [inviteDialog.found(count), ...(repeated > 0 ? [inviteDialog.duplicates(repeated)] : [])].join('. '),
    atMost: inviteDialog.atMost,
    role: inviteDialog.role,
    can: roles.can,
    appRoles: roles.product,
    options: '',
    message: inviteDialog.note,
    messageHint: common.optional,
    expires: inviteDialog.expires,
    usualDays: inviteDialog.usualDays(7),
    days: inviteDialog.days,
    language: inviteDialog.emailLanguage,
    usualLanguage: inviteDialog.usualLanguage,
    sendEmail: inviteDialog.sendEmail,
    send: inviteDialog.submit,
    sendMany: inviteDialog.submitMany,
    sent: ({ length }) => inviteDialog.countInvited(length),
    notInvited: inviteDialog.countNot,
    linksNote: inviteDialog.linkBody,
    links: inviteDialog.links,
    copy: common.copy,
    copied: common.copied,
    notCopied: common.copyFailed,
    wrong: {
      email: mustBe('email'),
      roles: mustBe('roles'),
      appRoleIds: mustBe('appRoleIds'),
      message: mustBe('message'),
      expiresAt: mustBe('expiresAt'),
      locale: mustBe('locale'),
    },
  }
}
