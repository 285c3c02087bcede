import { useCallback, useEffect, useState } from 'preact/hooks'
import { PreviewInviteDocument, type PreviewInviteQuery } from '../../../../operations/generated/graphql.js'
import { ApiError, errorInWords } from '../api/apiError.js'
import { execute } from '../api/execute.js'
import { session } from '../api/session.js'

export type Preview = NonNullable<PreviewInviteQuery['orgInvitePreview']>
export type Viewer = NonNullable<PreviewInviteQuery['viewer']>

export type Seen =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly words: string }
  | {
      readonly kind: 'seen'
      readonly preview: Preview
      readonly viewer: Viewer | null
      readonly signedOut: boolean
    }

/** What the link shows to whoever is signed in, and the means to look again. */
export function usePreview(token: string): [Seen, () => void] {
  const [seen, setSeen] = useState<Seen>({ kind: 'loading' })
  const [round, setRound] = useState(0)
  const bearer = session.value?.token ?? null

  // `round` is the wish to look again.
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
      // A sign-in that ran out is no reason not to show the invite.
      if (!bearer || !(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error
      signedOut = true
      return ask(null)
    })
    if (!data.orgInvitePreview) return { kind: 'unknown' }
    return { kind: 'seen', preview: data.orgInvitePreview, viewer: data.viewer, signedOut }
  } catch (error) {
    return { kind: 'failed', words: errorInWords(error) }
  }
}
