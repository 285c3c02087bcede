// npm runs this after an install, and `npm start` if there is no build. If the build tools are installed, it deletes what
// nothing loads, generates and builds.
import { spawnSync } from 'node:child_process'
import { hasBuildTools, isBuilt } from './buildTools.mjs'

// `npx guildhall` in a checkout makes npm link it into its cache, and prepare it once more.
if (isBuilt() && process.env.npm_command === 'exec') process.exit()
if (!hasBuildTools()) {
  // That is right for a checkout that is built already.
  if (isBuilt()) process.exit()
  console.error(
    'Guildhall is not built: this install left its build tools out. ' +
      'Run: npm ci --include=dev && npm prune --omit=dev',
  )
} else {
  await import('./prune.mjs')
  for (const [script, what] of [
    ['generate', 'Generating the database client and the typed operations …'],
    ['build', 'Building the server and its pages …'],
  ]) {
    console.log(what)
    const { status } = spawnSync('npm', ['run', '--silent', script], {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    if (status !== 0) process.exit(status ?? 1)
  }
}
