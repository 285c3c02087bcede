import type { ServerResponse } from 'node:http'
import { answerText } from '../src/http/answer.js'
import { type Page, securityHeaders, setHeaders } from '../src/http/page.js'
import { readWebFiles, sendFile, type WebFile } from '../src/pages/web/files.js'

/**
 * The React components at /components, for developers to try. They are here because production never loads the demo.
 * @param directory the output of `npm run build:components`, read once
 */
export function componentPages(directory: string): Page[] {
  const files = readWebFiles(directory)
  const page =
    (fileAt: (path: string) => WebFile | undefined, missing: (res: ServerResponse) => void): Page['handle'] =>
    (req, res, { url }) => {
      setHeaders(res, securityHeaders)
      const file = fileAt(url.pathname)
      if (req.method !== 'GET' && req.method !== 'HEAD') answerText(res, 405, 'This page can only be read.\n')
      else if (file) sendFile(req, res, file, 'no-cache')
      else missing(res)
    }
  return [
    {
      path: '/components',
      handle: page(
        () => files.get('index.html'),
        (res) => answerText(res, 503, 'This page is not built: run npm run build:components\n'),
      ),
    },
    {
      prefix: '/components/assets/',
      handle: page(
        (path) => files.get(path.slice('/components/'.length)),
        (res) => answerText(res, 404, 'Not found\n'),
      ),
    },
  ]
}
