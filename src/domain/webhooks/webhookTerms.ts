import { type InputIssue, type Parsed, parsed, refused, tooMany } from '../core/inputIssue.js'
import { webhookEventTypes } from './webhook.js'

export const MAX_WEBHOOK_URL = 2_048

const known = new Set(webhookEventTypes)

/**
 * The URL of an endpoint in its normal form, without a fragment. It does not look up the host: the address guard does
 * (src/webhooks/addressGuard.ts).
 * @param production whether only https is allowed. Otherwise http is too, but it reaches loopback addresses alone.
 */
function parseWebhookUrl(text: string, production: boolean): Parsed<string> {
  if (text.length > MAX_WEBHOOK_URL) return refused(`A URL can have ${MAX_WEBHOOK_URL} characters at most.`)
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return refused('This is not a URL. It should look like https://example.com/webhooks.')
  if (url.username !== '' || url.password !== '')
    return refused('A URL can hold no user and no password: check the signature of a message instead.')
  if (url.protocol === 'http:' && production) return refused('The URL must begin with https://.')
  url.hash = ''
  if (url.href.length > MAX_WEBHOOK_URL)
    return refused(`A URL can have ${MAX_WEBHOOK_URL} characters at most.`)
  return parsed(url.href)
}

/** Event types, sorted and without duplicates. */
export function parseEventTypes(types: readonly string[]): { eventTypes: string[]; issues: InputIssue[] } {
  const issues = tooMany('eventTypes', types, webhookEventTypes.length)
  if (issues.length > 0) return { eventTypes: [], issues }
  const wrong = types.findIndex((type) => !known.has(type))
  if (wrong >= 0)
    issues.push({
      path: `eventTypes.${wrong}`,
      message: 'There is no such type of event. It should look like org_invite.accepted.',
    })
  return { eventTypes: [...new Set(types)].sort(), issues }
}

/** What the address guard says about a URL before the transaction. Null: nothing against it. */
export type UrlProblem = string | null | undefined

/** The issues of a URL, and the URL in its normal form. */
export function urlIssues(
  text: string,
  production: boolean,
  problem: UrlProblem,
): { url: string; issues: InputIssue[] } {
  const url = parseWebhookUrl(text, production)
  if (!url.ok) return { url: '', issues: [{ path: 'url', message: url.message }] }
  return { url: url.value, issues: problem ? [{ path: 'url', message: problem }] : [] }
}
