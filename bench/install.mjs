// Installs the bench's packages if they are missing or older than the lock file. Install scripts are not needed.
// `npm run bench` runs from the root package: here npm would put PostGraphile's newer Node first in PATH.
import { execSync } from 'node:child_process'
import { statSync } from 'node:fs'

const here = import.meta.dirname
const timeOf = (file) => statSync(`${here}/${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0

if (timeOf('node_modules/.package-lock.json') < timeOf('package-lock.json'))
  execSync('npm ci --ignore-scripts --loglevel=error', { cwd: here, stdio: 'inherit' })
