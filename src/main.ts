import { homedir } from 'node:os'
import { problemOfNode } from './lib/nodeVersion.js'

// This file and its static imports must run on any version of Node. The rest is loaded after the version was checked.
const problem = problemOfNode(process.versions.node)
if (problem === undefined) {
  try {
    homedir()
  } catch {
    // Some packages call homedir() while they load. It throws if HOME is not set and /etc/passwd does not list the user.
    process.env.HOME = '/nonexistent'
  }
  const { start } = await import('./cli.js')
  await start(process.argv.slice(2), process.env)
} else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
