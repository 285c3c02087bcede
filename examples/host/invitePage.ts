import {
  AcceptInviteDocument,
  DeclineInviteDocument,
  PreviewInviteDocument,
  type PreviewInviteQuery,
} from '../../operations/generated/graphql.js'
import { Api } from '../api.js'

export type Preview = NonNullable<PreviewInviteQuery['orgInvitePreview']>

/** What the page at APP_URL/invites/{token} shows. */
export type InvitePage =
  /** No such link: a later mail may have replaced it. */
  | { show: 'unknown' }
  /** Answered, revoked or expired: the preview says which. */
  | { show: 'over'; preview: Preview }
  | { show: 'sign in'; preview: Preview }
  | { show: 'answer'; preview: Preview; accept(): Promise<string>; decline(): Promise<string> }

/** @param accessToken of the visitor; null where nobody is signed in yet */
export async function openInvite(
  url: string,
  token: string,
  accessToken: string | null,
): Promise<InvitePage> {
  const api = new Api(url, accessToken)
  const { orgInvitePreview: preview, viewer } = await api.ask(PreviewInviteDocument, { token })
  if (!preview) return { show: 'unknown' }
  if (preview.status !== 'PENDING') return { show: 'over', preview }
  if (!viewer) return { show: 'sign in', preview }

  const invite = { token }
  return {
    show: 'answer',
    preview,
    /** Answers with words for the visitor: a refusal says itself what to do. */
    async accept() {
      const { acceptOrgInvite: answer } = await api.ask(AcceptInviteDocument, { input: { invite } })
      if (answer.__typename === 'AcceptOrgInvitePayload') return `Welcome to ${answer.orgUser.org.name}.`
      return answer.message
    },
    async decline() {
      const { declineOrgInvite: answer } = await api.ask(DeclineInviteDocument, { input: { invite } })
      if (answer.__typename === 'DeclineOrgInvitePayload') return 'You have declined.'
      return answer.message
    },
  }
}
