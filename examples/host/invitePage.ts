import {
  AcceptInviteDocument,
  DeclineInviteDocument,
  PreviewInviteDocument,
  type PreviewInviteQuery,
} from '../../operations/generated/graphql.js'
import { Api } from '../api.js'

export type Preview = NonNullable<PreviewInviteQuery['orgInvitePreview']>

/** The state of the page at APP_URL/invites/{token}. */
export type InvitePage =
  /** There is no such link. A later mail may have replaced it. */
  | { show: 'unknown' }
  /** Answered, revoked or expired: the preview says which. */
  | { show: 'over'; preview: Preview }
  | { show: 'sign in'; preview: Preview }
  | { show: 'answer'; preview: Preview; accept(): Promise<string>; decline(): Promise<string> }

/** @param accessToken the visitor's; null if nobody is signed in */
export async function openInvite(
  url: string,
  token: string,
  accessToken: string | null,
): Promise<InvitePage> {
  const api = new Api(url, accessToken)
  const { orgInvitePreview: preview, viewer } = await api.query(PreviewInviteDocument, { token })
  if (!preview) return { show: 'unknown' }
  if (preview.status !== 'PENDING') return { show: 'over', preview }
  if (!viewer) return { show: 'sign in', preview }

  const invite = { token }
  return {
    show: 'answer',
    preview,
    /** Resolves to a message for the visitor. The message of a refusal says what to do. */
    async accept() {
      const { acceptOrgInvite: result } = await api.query(AcceptInviteDocument, { input: { invite } })
      if (result.__typename === 'AcceptOrgInvitePayload') return `Welcome to ${result.orgUser.org.name}.`
      return result.message
    },
    async decline() {
      const { declineOrgInvite: result } = await api.query(DeclineInviteDocument, { input: { invite } })
      if (result.__typename === 'DeclineOrgInvitePayload') return 'You have declined.'
      return result.message
    },
  }
}
