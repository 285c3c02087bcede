// Writes the generated pages of docs/. With --check it only compares them.
import { readFileSync, writeFileSync } from 'node:fs'
import { generatedPages } from './docs/pages.js'

for (const [path, text] of Object.entries(generatedPages())) {
  const file = new URL(`../${path}`, import.meta.url)
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is stale: run npm run docs.`)
    process.exitCode = 1
  }
}
