import { useCallback, useEffect, useState } from 'preact/hooks'
import {
  PreviewInviteDocument,
  PreviewInviteLinkDocument,
  type PreviewInviteLinkQuery,
  type PreviewInviteQuery,
} from '../../../../operations/generated/graphql.js'
import { ApiError, errorMessage } from '../api/apiError.js'
import { execute } from '../api/execute.js'
import { session } from '../api/session.js'
import { starting } from '../api/signIn.js'

export type InvitePreview = NonNullable<PreviewInviteQuery['orgInvitePreview']>
export type LinkPreview = NonNullable<PreviewInviteLinkQuery['orgInviteLinkPreview']>
export type Viewer = NonNullable<PreviewInviteQuery['viewer']>

export type Seen<Preview> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'seen'
      readonly preview: Preview
      readonly viewer: Viewer | null
      readonly signedOut: boolean
    }

/** Reads what a token leads to, as this session. */
type Read<Preview> = (
  token: string,
  bearer: string | null,
  signal: AbortSignal,
) => Promise<{ preview: Preview | null; viewer: Viewer | null }>

/** Reads the invite of a link. */
export const readInvite: Read<InvitePreview> = async (token, bearer, signal) => {
  const { orgInvitePreview, viewer } = await execute(PreviewInviteDocument, { token }, bearer, signal)
  return { preview: orgInvitePreview, viewer }
}

/** Reads an invite link for many. */
export const readInviteLink: Read<LinkPreview> = async (token, bearer, signal) => {
  const { orgInviteLinkPreview, viewer } = await execute(PreviewInviteLinkDocument, { token }, bearer, signal)
  return { preview: orgInviteLinkPreview, viewer }
}

/** Loads what a token leads to, for the current session. The returned function loads it again. */
export function usePreview<Preview>(token: string, read: Read<Preview>): [Seen<Preview>, () => void] {
  const [seen, setSeen] = useState<Seen<Preview>>({ kind: 'loading' })
  const [round, setRound] = useState(0)
  const bearer = session.value?.token ?? null
  const isStarting = starting.value

  // `round` changes when the caller wants to load again.
  useEffect(() => {
    if (isStarting) return
    const abort = new AbortController()
    look(read, token, bearer, abort.signal).then((next) => {
      if (!abort.signal.aborted) setSeen(next)
    })
    return () => abort.abort()
  }, [token, bearer, isStarting, round, read])

  return [seen, useCallback(() => setRound((count) => count + 1), [])]
}

async function look<Preview>(
  read: Read<Preview>,
  token: string,
  bearer: string | null,
  signal: AbortSignal,
): Promise<Seen<Preview>> {
  if (token === '') return { kind: 'unknown' }
  let signedOut = false
  try {
    const { preview, viewer } = await read(token, bearer, signal).catch((error: unknown) => {
      // The session expired: show the link as to a visitor who isn't signed in.
      if (!bearer || !(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error
      signedOut = true
      return read(token, null, signal)
    })
    if (!preview) return { kind: 'unknown' }
    return { kind: 'seen', preview, viewer, signedOut }
  } catch (error) {
    return { kind: 'failed', message: errorMessage(error) }
  }
}
