import { useCallback, useEffect, useState } from 'preact/hooks'
import { PreviewInviteDocument, type PreviewInviteQuery } from '../../../../operations/generated/graphql.js'
import { ApiError, errorMessage } from '../api/apiError.js'
import { execute } from '../api/execute.js'
import { session } from '../api/session.js'

export type Preview = NonNullable<PreviewInviteQuery['orgInvitePreview']>
export type Viewer = NonNullable<PreviewInviteQuery['viewer']>

export type Seen =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'seen'
      readonly preview: Preview
      readonly viewer: Viewer | null
      readonly signedOut: boolean
    }

/** Loads the invite of a link for the current session. The returned function loads it again. */
export function usePreview(token: string): [Seen, () => void] {
  const [seen, setSeen] = useState<Seen>({ kind: 'loading' })
  const [round, setRound] = useState(0)
  const bearer = session.value?.token ?? null

  // `round` changes when the caller wants to load again.
  useEffect(() => {
    const abort = new AbortController()
    look(token, bearer, abort.signal).then((next) => {
      if (!abort.signal.aborted) setSeen(next)
    })
    return () => abort.abort()
  }, [token, bearer, round])

  return [seen, useCallback(() => setRound((count) => count + 1), [])]
}

async function look(token: string, bearer: string | null, signal: AbortSignal): Promise<Seen> {
  if (token === '') return { kind: 'unknown' }
  let signedOut = false
  const ask = (as: string | null) => execute(PreviewInviteDocument, { token }, as, signal)
  try {
    const data = await ask(bearer).catch((error: unknown) => {
      // The session expired: show the invite as to a visitor who isn't signed in.
      if (!bearer || !(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error
      signedOut = true
      return ask(null)
    })
    if (!data.orgInvitePreview) return { kind: 'unknown' }
    return { kind: 'seen', preview: data.orgInvitePreview, viewer: data.viewer, signedOut }
  } catch (error) {
    return { kind: 'failed', message: errorMessage(error) }
  }
}
