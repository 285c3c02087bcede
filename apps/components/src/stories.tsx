import {
  InvitePage,
  InvitePeople,
  MembersPanel,
  OrgProfile,
  OrgSwitcher,
  PendingInvites,
} from '@guildhall/react'
import { type ReactNode, useState } from 'react'
import {
  invitePageStates,
  invitePeopleStates,
  orgStates,
  pendingInvitesStates,
  type Situation,
  type States,
} from './states.js'

/** What a component tells the app that it is in. */
interface App extends Situation {
  signIn(): void
  said(text: string): void
}

export interface Story {
  readonly about: string
  readonly states: States
  /** As an app writes it. */
  readonly jsx: string
  show(app: App): ReactNode
}

function Switcher({ orgId, said }: App) {
  const [value, setValue] = useState<string | null>(orgId)
  return (
    <OrgSwitcher
      value={value}
      onChange={(id, { name }) => {
        setValue(id)
        said(`onChange: ${name}`)
      }}
    />
  )
}

/** Each component by its name. */
export const stories: Readonly<Record<string, Story>> = {
  OrgSwitcher: {
    about: 'Lets the signed-in user choose one of their orgs.',
    states: orgStates,
    jsx: '<OrgSwitcher value={orgId} onChange={setOrgId} />',
    show: (app) => <Switcher {...app} />,
  },
  MembersPanel: {
    about:
      'The members of an org: a table with their roles and what the viewer can do, a search and an order. What the viewer may not change is text.',
    states: orgStates,
    jsx: '<MembersPanel orgId={orgId} />',
    show: ({ orgId }) => <MembersPanel orgId={orgId} />,
  },
  InvitePeople: {
    about:
      'A form to invite one person or several, and the pending invites. Nothing is shown to members who may not see invites.',
    states: invitePeopleStates,
    jsx: '<InvitePeople orgId={orgId} />',
    show: ({ orgId, again, said }) => (
      <InvitePeople
        orgId={orgId}
        onInvited={(invites) => said(`onInvited: ${invites.map(({ email }) => email).join(', ')}`)}
        {...(again && { invite: again, list: false, showOptions: true })}
      />
    ),
  },
  PendingInvites: {
    about: 'The invites that wait for an answer of the signed-in user.',
    states: pendingInvitesStates,
    jsx: '<PendingInvites onAccepted={openOrg} />',
    show: ({ said }) => <PendingInvites onAccepted={(orgId) => said(`onAccepted: ${orgId}`)} />,
  },
  InvitePage: {
    about: 'The page of an invite’s link: what it leads to, for whom it is, and the answer.',
    states: invitePageStates,
    jsx: '<InvitePage token={token} onSignIn={signIn} onChangeAccount={signIn} onAccepted={openOrg} />',
    show: ({ token, signIn, said }) => (
      <InvitePage
        token={token}
        onSignIn={signIn}
        onChangeAccount={signIn}
        onAccepted={(orgId) => said(`onAccepted: ${orgId}`)}
        renderAccepted={({ orgId, orgName }) =>
          orgId !== null && <a href={`/live?org=${encodeURIComponent(orgId)}`}>Open {orgName}</a>
        }
      />
    ),
  },
  OrgProfile: {
    about: 'The name, the short name and the logo of an org. Those who may not change it read it.',
    states: orgStates,
    jsx: '<OrgProfile orgId={orgId} />',
    show: ({ orgId }) => <OrgProfile orgId={orgId} />,
  },
}
