// `node scripts/install.mjs tools test`: installs the packages of folders that have a package.json of their own, if they
// are missing or older than the folder's lock file. Their install scripts are not needed.
import { execSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const timeOf = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

for (const folder of process.argv.slice(2)) {
  const cwd = `${root}${folder}`
  if (timeOf(`${cwd}/node_modules/.package-lock.json`) >= timeOf(`${cwd}/package-lock.json`)) continue
  console.log(`Installing the packages of ${folder}/, once …`)
  // NODE_ENV=production would leave them out.
  execSync('npm ci --include=dev --ignore-scripts --loglevel=error', { cwd, stdio: 'inherit' })
}
