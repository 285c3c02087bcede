import { operationText } from './operations.js'

/** What the variables of a tab are filled with, as far as there is anything. */
export interface Known {
  readonly orgId: string
}

interface Tab {
  readonly says: string
  readonly operation: string
  readonly variables?: (known: Known) => object
}

/** The tour: what one tries first, in this order. */
const tour: readonly Tab[] = [
  { says: 'Who am I?', operation: 'WhoAmI' },
  { says: 'An org at a glance', operation: 'OrgGlance', variables: ({ orgId }) => ({ orgId }) },
  {
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
    says: 'Accept. The token is the last part of the link in the mail.',
    operation: 'AcceptInvite',
    variables: () => ({ input: { invite: { token: '' } } }),
  },
  {
    says: 'Watch it live: run this, and change something in another window, or at /live.',
    operation: 'WatchOrg',
    variables: ({ orgId }) => ({ orgId }),
  },
  {
    says: 'Denied: sign in as a plain member above, and try. A refusal is data, told apart by __typename.',
    operation: 'RenameOrg',
    variables: ({ orgId }) => ({ input: { orgId, name: 'Mine now' } }),
  },
]

export const tabs = (known: Known) =>
  tour.map(({ says, operation, variables }) => ({
    query: `# ${says}\n${operationText(operation)}\n`,
    variables: variables ? JSON.stringify(variables(known), null, 2) : '',
    headers: '',
  }))
