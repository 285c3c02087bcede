import { createHash } from 'node:crypto'
import { KEY_SET_MAX_AGE_S, type KeySet } from '../domain/accessTokens/signingKeys.js'
import { answerText } from '../http/answer.js'
import type { Page } from '../http/page.js'
import { sendFile } from './web/files.js'

/** The public keys of org access tokens, for back ends that verify them. Anybody may read them. */
export function jwksPage(published: () => Promise<KeySet>): Page {
  return {
    path: '/.well-known/jwks.json',
    async handle(req, res) {
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        res.setHeader('allow', 'GET, HEAD')
        return answerText(res, 405, 'The keys can only be read.\n')
      }
      const body = Buffer.from(JSON.stringify(await published()))
      const etag = createHash('sha256').update(body).digest('base64url').slice(0, 22)
      const file = { type: 'application/json; charset=utf-8', body, etag, br: undefined, gzip: undefined }
      sendFile(req, res, file, `public, max-age=${KEY_SET_MAX_AGE_S}`)
    },
  }
}
