// `npm start`: the built server, or a sentence about what is missing.
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)
if (existsSync(main)) await import(main.href)
else {
  console.error('Guildhall is not built. Run: npm ci --include=dev --ignore-scripts=false')
  process.exitCode = 1
}
