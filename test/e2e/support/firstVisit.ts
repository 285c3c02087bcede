import type { Window } from './windows.js'

/** How many bytes a first visit loads, compressed with gzip: the files of the page, once `text` is on it. */
export async function firstVisitBytes({ page }: Window, path: string, text: string): Promise<number> {
  const asked = new Set<string>()
  page.on('response', (response) => {
    if (response.request().method() === 'GET') asked.add(response.url())
  })
  await page.goto(path)
  await page.getByText(text).first().waitFor({ state: 'attached' })
  await page.waitForLoadState('networkidle')
  let bytes = 0
  for (const url of asked) {
    const headers = { accept: 'text/html', 'accept-encoding': 'gzip' }
    bytes += Number((await fetch(url, { headers })).headers.get('content-length'))
  }
  return bytes
}
