import { InvitePage as Page } from '@guildhall/react'
import { pause, session } from '../api/session.js'
import { changeAccount, starting } from '../api/signIn.js'
import { GuildhallParts } from '../live/GuildhallParts.js'
import { Confirm } from '../ui/Confirm.js'
import { words } from '../words/words.js'
import { AccountProblem, InviteeSignIn, SessionProblem } from './InviteeSignIn.js'
import { LinkPage } from './LinkPage.js'
import { OpenOrg } from './OpenOrg.js'
import { pageWords } from './pageWords.js'

/** The page of an invite's link is the package's, with this app's sign-in and the ways on from here. */
export function InvitePage({ token }: { token: string }) {
  const { invitePage } = words()
  if (starting.value)
    return (
      <LinkPage>
        <p class="lead">{invitePage.opening}</p>
      </LinkPage>
    )
  // A sign-in that has run out is none: the link itself is enough to see the invite.
  const signedOut = pause.value !== null
  return (
    <LinkPage>
      <GuildhallParts token={(signedOut ? null : session.value?.token) ?? null} words={pageWords}>
        <Page
          token={token}
          classNames={{ answer: 'actions', problem: 'notice error' }}
          signIn={<InviteeSignIn />}
          onChangeAccount={changeAccount}
          renderProblem={(viewer) =>
            viewer ? (
              <AccountProblem email={viewer.email} />
            ) : (
              <SessionProblem signedOut={signedOut} tokenProblem={invitePage.needsPerson} />
            )
          }
          renderDecline={({ invite, decline, close }) => (
            <Confirm
              title={invitePage.declineTitle(invite.orgName)}
              verb={invitePage.decline}
              onClose={close}
              onConfirm={decline}
            >
              <p>{invitePage.declineBody}</p>
            </Confirm>
          )}
          renderAccepted={({ orgId, orgName }) =>
            orgId !== null ? (
              <OpenOrg orgId={orgId} orgName={orgName} />
            ) : (
              session.value && (
                <a class="button primary large" href="/live">
                  {invitePage.yourOrgs}
                </a>
              )
            )
          }
        />
      </GuildhallParts>
    </LinkPage>
  )
}
