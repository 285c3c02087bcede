// `npm start`: the built server. It first says that it starts, because the rest takes seconds to load. If there is no
// build, it makes one, or says in a sentence what is missing.
import { hasBuildTools, isBuilt } from './buildTools.mjs'

// In production the output is the log, a JSON object a line.
const say = process.env.NODE_ENV === 'production' ? () => {} : console.log

if (!isBuilt() && hasBuildTools()) {
  say('Building the server and its pages, once …')
  await import('./prepare.mjs')
}
if (isBuilt()) {
  say('Starting Guildhall …')
  await import(new URL('../dist/main.js', import.meta.url).href)
} else {
  console.error('Guildhall is not built. Run: npm ci --include=dev --ignore-scripts=false')
  process.exitCode = 1
}
