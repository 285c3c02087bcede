import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Page, Visit } from '../http/page.js'
import { openMailbox } from '../mail/mailbox.js'
import { listPage, mailPage, missingPage } from './mailbox/pages.js'
import { styleSource } from './mailbox/style.js'

const LIST_LIMIT = 100
const JSON_LIMIT = 1_000

const pagePolicy = `default-src 'none'; style-src ${styleSource}; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`
// For a mail's own HTML. The sandbox also holds if it is opened outside the frame.
const mailPolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; form-action 'none'"

/** Opens links in a new tab: the sandboxed frame can't run the page behind the link. */
const withLinksOutside = (mail: string): string => {
  const base = '<base target="_blank">'
  const within = mail.replace(/<head(?:\s[^<>]*)?>/i, (head) => head + base)
  return within === mail ? base + mail : within
}

type Answer = {
  readonly status?: number
  readonly type: 'text/html' | 'application/json' | 'text/plain'
  readonly body: string
  readonly policy?: string
}

/**
 * The local mailbox: for people at `/mail`, for scripts at `/mail.json`, newest mail first, with its links. Its reader
 * can accept any invite, so it is for development only (contract §1).
 */
export const mailboxPages = (directory: string, { graphiql = false }: { graphiql?: boolean } = {}) => {
  const mailbox = openMailbox(directory)

  const answerTo = async (path: string): Promise<Answer> => {
    if (path === '/mail' || path === '/mail/')
      return { type: 'text/html', body: listPage(await mailbox.list(LIST_LIMIT), LIST_LIMIT, { graphiql }) }
    if (path === '/mail.json')
      return { type: 'application/json', body: JSON.stringify(await mailbox.list(JSON_LIMIT)) }
    const [, id, part] = /^\/mail\/([^/]+)(\/html)?$/.exec(path) ?? []
    const mail = id === undefined ? null : await mailbox.read(id)
    if (mail === null) return { status: 404, type: 'text/html', body: missingPage() }
    if (part === undefined) return { type: 'text/html', body: mailPage(mail) }
    return { type: 'text/html', body: withLinksOutside(mail.html), policy: mailPolicy }
  }

  return {
    prefix: '/mail',
    local: true,
    async handle(req: IncomingMessage, res: ServerResponse, { url }: Visit): Promise<void> {
      const read = req.method === 'GET' || req.method === 'HEAD'
      const answer: Answer = read
        ? await answerTo(url.pathname)
        : { status: 405, type: 'text/plain', body: 'The mailbox can only be read.\n' }
      res.writeHead(answer.status ?? 200, {
        'content-type': `${answer.type}; charset=utf-8`,
        'content-length': Buffer.byteLength(answer.body),
        'content-security-policy': answer.policy ?? pagePolicy,
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': answer.policy === undefined ? 'DENY' : 'SAMEORIGIN',
        ...(!read && { allow: 'GET, HEAD' }),
      })
      res.end(req.method === 'HEAD' ? undefined : answer.body)
    },
  } satisfies Page
}
