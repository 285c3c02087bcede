import { homedir } from 'node:os'
import { problemOfNode } from './start/engine.js'

// This file and what it imports has to run on any Node: the rest is loaded once the version is known to do.
const problem = problemOfNode(process.versions.node)
if (problem === undefined) {
  try {
    homedir()
  } catch {
    // Packages ask for it as they load. Without HOME a user that /etc/passwd doesn't name has none.
    process.env.HOME = '/nonexistent'
  }
  const { start } = await import('./start/start.js')
  await start(process.argv.slice(2), process.env)
} else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
