import { type ReactNode, useState } from 'react'
import type { InvitePreview, Viewer } from '../api/types.js'
import { useInvitePreview } from '../hooks/data.js'
import { errorOf, useLook } from '../words/look.js'
import { type Answered, AnswerInvite } from './invitePage/AnswerInvite.js'
import { EndedInvite, type JoinedOrg } from './invitePage/EndedInvite.js'
import { InviteDetails } from './invitePage/InviteDetails.js'
import { SignInToAnswer } from './invitePage/SignInToAnswer.js'
import { Title } from './invitePage/Title.js'
import { useHeldFocus } from './invitePage/useHeldFocus.js'
import type { DeclineQuestion } from './PendingInvites.js'
import { classes, highest, type PanelProps } from './parts.js'

type Part = 'title' | 'facts' | 'message' | 'answer' | 'problem'

export interface InvitePageProps extends PanelProps<Part> {
  /** The token of the link: the last part of its path. */
  readonly token: string
  /** Begins your app's sign-in. Come back to this page afterwards, with the same token. */
  onSignIn?(): void
  /** Your app's own sign-in, in place of the button that calls `onSignIn`. */
  readonly signIn?: ReactNode
  /** Lets the viewer sign in as somebody else. Without it there is no button for it. */
  onChangeAccount?(): void
  onAccepted?(orgId: string): void
  /** Shows the way on beneath the words that say who is a member now, such as a link to the org. */
  renderAccepted?(org: JoinedOrg): ReactNode
  /** Asks before the invite is declined, in place of the question in the page. */
  renderDecline?(question: DeclineQuestion<InvitePreview>): ReactNode
  /** Shows what only your app knows, above the buttons to answer or to sign in. `viewer`: null if nobody can answer. */
  renderProblem?(viewer: Viewer | null): ReactNode
}

/** The page of an invite's link: what it leads to, and the answer. One that has expired can be renewed. */
export function InvitePage({ className, ...rest }: InvitePageProps) {
  const { locale } = useLook()
  const page = useHeldFocus()
  return (
    <div ref={page} lang={locale} className={classes('gh', 'gh-invite-page', className)}>
      <Page key={rest.token} {...rest} />
    </div>
  )
}

type PageProps = Omit<InvitePageProps, 'className'>

function Page(props: PageProps) {
  const { page } = useLook().words
  const preview = useInvitePreview(props.token)
  const [answered, setAnswered] = useState<Answered | null>(null)
  const { orgName = '', roles = [] } = answered?.invite ?? {}
  const { classNames = {}, renderAccepted } = props
  return (
    <>
      {answered === null ? (
        <Invite {...props} preview={preview} onAnswered={setAnswered} />
      ) : (
        <Title className={classNames.title}>
          {answered.as === 'accepted' ? page.joined(orgName) : page.declined}
        </Title>
      )}
      {/* It is in the page before it says something, and so it is heard. */}
      <p role="status" className="gh-lead">
        {answered?.as === 'accepted' && page.joinedAs(orgName, highest(roles))}
        {answered?.as === 'declined' && page.declinedBody(orgName)}
      </p>
      {answered?.as === 'accepted' && renderAccepted?.({ orgId: answered.orgId, orgName })}
    </>
  )
}

interface InviteProps extends PageProps {
  readonly preview: ReturnType<typeof useInvitePreview>
  onAnswered(answered: Answered): void
}

/** The invite, as far as it is known, and what its visitor can do. */
function Invite({ token, classNames = {}, preview, onAnswered, ...rest }: InviteProps) {
  const { words, controls } = useLook()
  const w = words.page
  if (preview.status === 'loading') return <p className="gh-note">{w.loading}</p>
  if (preview.status === 'missing')
    return (
      <>
        <Title className={classNames.title}>{w.unknown}</Title>
        <p className="gh-lead">{w.unknownBody}</p>
        <p>{w.unknownNext}</p>
      </>
    )
  if (preview.status === 'failed')
    return (
      <>
        <Title className={classNames.title}>{w.failed}</Title>
        <p role="alert" className={classes('gh-problem', classNames.problem)}>
          {errorOf(preview.error, words)}
        </p>
        <controls.Button className="gh-button gh-primary" onClick={preview.reload}>
          {w.tryAgain}
        </controls.Button>
      </>
    )
  const { invite, viewer } = preview.data
  if (invite.status !== 'PENDING')
    return (
      <EndedInvite
        token={token}
        invite={invite}
        status={invite.status}
        viewer={viewer}
        titleClassName={classNames.title}
        onStale={preview.reload}
        renderAccepted={rest.renderAccepted}
      />
    )
  const problem = rest.renderProblem?.(viewer)
  return (
    <>
      <InviteDetails invite={invite} classNames={classNames} />
      {viewer === null ? (
        <SignInToAnswer invite={invite} problem={problem} signIn={rest.signIn} onSignIn={rest.onSignIn} />
      ) : (
        <AnswerInvite
          key={viewer.id}
          token={token}
          invite={invite}
          viewer={viewer}
          classNames={classNames}
          problem={problem}
          onAnswered={(answered) => {
            onAnswered(answered)
            if (answered.as === 'accepted') rest.onAccepted?.(answered.orgId)
          }}
          onRefused={preview.reload}
          onChangeAccount={rest.onChangeAccount}
          renderDecline={rest.renderDecline}
        />
      )}
    </>
  )
}
