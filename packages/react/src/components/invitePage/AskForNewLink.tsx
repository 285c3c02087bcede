import { useRequestRenewal } from '../../hooks/actions.js'
import { problemOf, useLook } from '../../words/look.js'
import { Said } from '../parts.js'

/** How long the server waits before it takes the next request for the same invite. */
const DAY_MS = 24 * 60 * 60 * 1_000

interface AskForNewLinkProps {
  readonly token: string
  readonly requestedAt: string | null
  /** Loads the invite again: somebody else may have asked meanwhile. */
  onRefused(): void
}

/** Asks whoever may send the expired invite again for a new link. */
export function AskForNewLink({ token, requestedAt, onRefused }: AskForNewLinkProps) {
  const { words, controls } = useLook()
  const [ask, { isPending, outcome }] = useRequestRenewal()
  const askedAt = outcome?.kind === 'done' ? outcome.payload.requestedAt : requestedAt
  const isAsked = askedAt !== null && Date.now() < Date.parse(askedAt) + DAY_MS
  return (
    <>
      {!isAsked && (
        <controls.Button
          className="gh-button gh-primary"
          // A button that waits keeps the focus.
          aria-busy={isPending || undefined}
          aria-disabled={isPending || undefined}
          onClick={async () => {
            if (!isPending && (await ask(token)).kind === 'refused') onRefused()
          }}
        >
          {words.page.askForLink}
        </controls.Button>
      )}
      <Said
        done={isAsked ? words.page.linkRequested(<controls.Time key="when" at={askedAt} />) : null}
        problem={isAsked ? null : problemOf(outcome, words)}
      />
    </>
  )
}
