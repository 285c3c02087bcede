import { useState } from 'preact/hooks'
import { AskForNewLinkDocument } from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { ErrorNotice } from '../ui/notices.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { words } from '../words/words.js'

const DAY_MS = 24 * 60 * 60 * 1000

/** Asks whoever may send the expired invite again for a new link. It needs no sign-in: the old link is enough. */
export function AskForNewLink({ token, requestedAt }: { token: string; requestedAt: string | null }) {
  const [askedAt, setAskedAt] = useState(requestedAt)
  const [isAsking, setAsking] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const w = words().invitePage.ended

  async function ask() {
    if (isAsking) return
    setAsking(true)
    setProblem(null)
    const outcome = await mutate(AskForNewLinkDocument, { token }, null)
    setAsking(false)
    if (outcome.kind === 'done') setAskedAt(outcome.payload.requestedAt)
    else setProblem(outcome.message)
  }

  const isAsked = askedAt !== null && Date.now() < Date.parse(askedAt) + DAY_MS
  return (
    <>
      <div role="status">{isAsked && <p>{w.linkRequested(<RelativeTime at={askedAt} />)}</p>}</div>
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {!isAsked && (
        <button type="button" class="button primary large" aria-disabled={isAsking} onClick={ask}>
          {w.askForLink}
        </button>
      )}
    </>
  )
}
