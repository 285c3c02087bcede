// Installs the bench's packages where they aren't there or aren't those of the lock file. No scripts: none is needed.
// `npm run bench` runs from the root's package, because here npm would put PostGraphile's Node before everybody's.
import { execSync } from 'node:child_process'
import { statSync } from 'node:fs'

const here = import.meta.dirname
const timeOf = (file) => statSync(`${here}/${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0

if (timeOf('node_modules/.package-lock.json') < timeOf('package-lock.json'))
  execSync('npm ci --ignore-scripts --loglevel=error', { cwd: here, stdio: 'inherit' })
