// Deletes what packages bring and nothing here loads: a fifth of node_modules (docs/decisions/043-first-contact.md).
// scripts/prepare.mjs runs it before it generates and builds, so a file that is needed is missed at once.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nodeModules = fileURLToPath(new URL('../node_modules/', import.meta.url))

/** A path in node_modules, and the entries of it that are not needed. */
const unused = [
  // The query compilers of other databases than PostgreSQL, and the client for edge runtimes.
  [
    '@prisma/client/runtime',
    /^query_compiler_.*\.(?:cockroachdb|mysql|sqlite|sqlserver)\.|^wasm-compiler-edge/,
  ],
  ['prisma/build', /^query_compiler_.*\.(?:cockroachdb|mysql|sqlite|sqlserver)\.|^studio\./],
  // Prisma's configuration loads the CommonJS build.
  ['effect', /^src$/],
  ['effect/dist', /^esm$/],
  // Messages in other languages.
  ['typescript/lib', /^[a-z]{2}(?:-[a-z]{2})?$/],
  // One bundle of everything, for pages without a build.
  ['graphiql', /^graphiql\.(?:min\.)?js(?:\.map)?$/],
]

for (const [folder, entries] of unused)
  for (const name of entriesOf(join(nodeModules, folder)).map((entry) => entry.name))
    if (entries.test(name)) rmSync(join(nodeModules, folder, name), { recursive: true })

// Source maps: without them, a stack has the positions in the package's own JavaScript.
deleteSourceMaps(nodeModules)

function deleteSourceMaps(folder) {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    // Links lead to the workspaces.
    if (entry.isDirectory()) deleteSourceMaps(path)
    else if (/\.[cm]?[jt]s\.map$/.test(entry.name)) rmSync(path)
  }
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
