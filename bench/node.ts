import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const major = Number(process.versions.node.split('.')[0])

/** The package that the npm package `node` installs by a script. Here it is an optional dependency. */
const platform = process.platform === 'win32' ? 'win' : process.platform
const PACKAGE = `${platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${process.arch}`

/**
 * The path of a Node with at least this major version: the current one, or the one from npm.
 * @throws if neither is new enough
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
