import { operationText } from './operations.js'

/** What the variables of a tab are filled with, as far as there is anything. */
export interface Known {
  readonly orgId: string
}

interface Tab {
  /** Stands on the tab: GraphiQL takes it from the operation, which is called so here. */
  readonly title: string
  readonly says: string
  readonly operation: string
  readonly variables?: (known: Known) => object
}

/** The tour: what one tries first, in this order. */
const tour: readonly Tab[] = [
  { title: 'WhoAmI', says: 'Who am I?', operation: 'WhoAmI' },
  {
    title: 'AnOrgAtAGlance',
    says: 'An org at a glance',
    operation: 'OrgGlance',
    variables: ({ orgId }) => ({ orgId }),
  },
  {
    title: 'InviteSomeone',
    says: 'Invite someone. Outside production the mail is at /mail.',
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
    says: 'Accept. The token is the last part of the link in the mail.',
    operation: 'AcceptInvite',
    variables: () => ({ input: { invite: { token: '' } } }),
  },
  {
    title: 'WatchItLive',
    says: 'Watch it live: run this, and change something in another window, or at /live.',
    operation: 'WatchOrg',
    variables: ({ orgId }) => ({ orgId }),
  },
  {
    title: 'DeniedAsAPlainMember',
    says: 'Denied: sign in as a plain member above, and try. A refusal is data, told apart by __typename.',
    operation: 'RenameOrg',
    variables: ({ orgId }) => ({ input: { orgId, name: 'Mine now' } }),
  },
]

export const tabs = (known: Known) =>
  tour.map(({ title, says, operation, variables }) => ({
    query: `# ${says}\n${operationText(operation, title)}\n`,
    variables: variables ? JSON.stringify(variables(known), null, 2) : '',
    headers: '',
  }))
