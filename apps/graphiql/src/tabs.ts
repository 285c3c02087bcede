import { operationText } from './operations.js'

/** Values for the variables of the tabs. */
export interface Values {
  readonly orgId: string
}

interface Tab {
  /** The label of the tab. GraphiQL uses the operation's name, so the operation is renamed to it. */
  readonly title: string
  readonly comment: string
  readonly operation: string
  readonly variables?: (values: Values) => object
}

/** The first things to try, in this order. */
const tour: readonly Tab[] = [
  { title: 'WhoAmI', comment: 'Who am I?', operation: 'WhoAmI' },
  {
    title: 'AnOrgAtAGlance',
    comment: 'An org at a glance',
    operation: 'OrgGlance',
    variables: ({ orgId }) => ({ orgId }),
  },
  {
    title: 'InviteSomeone',
    comment: 'Invite someone. Outside production the mail is at /mail.',
    operation: 'InviteSomeone',
    variables: ({ orgId }) => ({
      input: {
        orgId,
        invitee: { email: 'grace@example.com' },
        roles: ['USER'],
        message: 'Come and join us.',
      },
    }),
  },
  {
    title: 'Accept',
    comment: 'Accept. The token is the last part of the link in the mail.',
    operation: 'AcceptInvite',
    variables: () => ({ input: { invite: { token: '' } } }),
  },
  {
    title: 'WatchItLive',
    comment: 'Watch it live: run this, and change something in another window, or at /live.',
    operation: 'WatchOrg',
    variables: ({ orgId }) => ({ orgId }),
  },
  {
    title: 'DeniedAsAPlainMember',
    comment: 'Denied: sign in as a plain member above, and try. A refusal is data, told apart by __typename.',
    operation: 'UpdateOrg',
    variables: ({ orgId }) => ({ input: { orgId, name: 'Mine now' } }),
  },
]

export const tabs = (values: Values) =>
  tour.map(({ title, comment, operation, variables }) => ({
    query: `# ${comment}\n${operationText(operation, title)}\n`,
    variables: variables ? JSON.stringify(variables(values), null, 2) : '',
    headers: '',
  }))
