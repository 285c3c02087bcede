// `node tools/run.mjs biome check .`: runs a program of the packages of tools/, which it installs if need be.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const manifestOf = (folder) => JSON.parse(readFileSync(here(`${folder}/package.json`), 'utf8'))

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const [program, ...args] = process.argv.slice(2)
run(here('../scripts/install.mjs'), 'tools')

for (const name of Object.keys(manifestOf('.').devDependencies)) {
  const { bin } = manifestOf(`node_modules/${name}`)
  const file = typeof bin === 'string' ? name === program && bin : bin?.[program]
  if (file) {
    run(here(`node_modules/${name}/${file}`), ...args)
    process.exit()
  }
}
console.error(`No package of tools/ has a program ${program}.`)
process.exitCode = 1
