import { useCallback, useEffect, useState } from 'preact/hooks'
import {
  PreviewInviteLinkDocument,
  type PreviewInviteLinkQuery,
} from '../../../../operations/generated/graphql.js'
import { ApiError, errorMessage } from '../api/apiError.js'
import { execute } from '../api/execute.js'
import { session } from '../api/session.js'
import { starting } from '../api/signIn.js'

export type LinkPreview = NonNullable<PreviewInviteLinkQuery['orgInviteLinkPreview']>
export type Viewer = NonNullable<PreviewInviteLinkQuery['viewer']>

type Seen =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'seen'
      readonly preview: LinkPreview
      readonly viewer: Viewer | null
      readonly signedOut: boolean
    }

/** Loads the invite link of a token, for the current session. The returned function loads it again. */
export function useLinkPreview(token: string): [Seen, () => void] {
  const [seen, setSeen] = useState<Seen>({ kind: 'loading' })
  const [round, setRound] = useState(0)
  const bearer = session.value?.token ?? null
  const isStarting = starting.value

  // `round` changes when the caller wants to load again.
  useEffect(() => {
    if (isStarting) return
    const abort = new AbortController()
    look(token, bearer, abort.signal).then((next) => {
      if (!abort.signal.aborted) setSeen(next)
    })
    return () => abort.abort()
  }, [token, bearer, isStarting, round])

  return [seen, useCallback(() => setRound((count) => count + 1), [])]
}

async function look(token: string, bearer: string | null, signal: AbortSignal): Promise<Seen> {
  if (token === '') return { kind: 'unknown' }
  const read = (as: string | null) => execute(PreviewInviteLinkDocument, { token }, as, signal)
  let signedOut = false
  try {
    const { orgInviteLinkPreview: preview, viewer } = await read(bearer).catch((error: unknown) => {
      // The session expired: show the link as to a visitor who isn't signed in.
      if (!bearer || !(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error
      signedOut = true
      return read(null)
    })
    if (!preview) return { kind: 'unknown' }
    return { kind: 'seen', preview, viewer, signedOut }
  } catch (error) {
    return { kind: 'failed', message: errorMessage(error) }
  }
}
