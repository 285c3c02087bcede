import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const major = Number(process.versions.node.split('.')[0])

/** What the npm package `node` would install by a script: here an optional dependency of the bench. */
const platform = process.platform === 'win32' ? 'win' : process.platform
const PACKAGE = `${platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${process.arch}`

/**
 * A Node of at least that major version: the one that runs this, or the one that npm brought.
 * @throws where there is neither
 */
export function nodeOf(least = 0): string {
  if (major >= least) return process.execPath
  const manifest = createRequire(import.meta.url)
    .resolve.paths(PACKAGE)
    ?.map((folder) => join(folder, PACKAGE, 'package.json'))
    .find(existsSync)
  if (manifest === undefined) throw new Error(`it needs Node ≥ ${least}: npm has none for this machine`)
  return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
}
