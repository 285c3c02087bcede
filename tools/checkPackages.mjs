// `npm run check:packages`: checks what npm would publish, for each package that is not private. publint checks its
// package.json, attw checks that its types are found, and esbuild says how large each entry is in a browser's bundle.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

/**
 * The largest size of each entry, in bytes after gzip. Dependencies and peers are not counted: the app has them once.
 * An entry without a limit fails.
 */
const LIMITS = {
  '@guildhall/client': {
    '.': 6_144,
    './apollo': 3_072,
    './caches': 3_072,
    './events': 4_096,
    './introspection': 8_192,
    // All of them. An app has those that it imports.
    './operations': 12_288,
    './relay': 2_048,
    './sse': 4_096,
    './urql': 2_048,
  },
  '@guildhall/react': { '.': 26_624 },
  '@guildhall/node': { '.': 12_288, './express': 4_096, './fastify': 4_096, './hono': 4_096 },
}

// esbuild is a package of the root, because the build needs it too.
const { build } = createRequire(resolve('package.json'))('esbuild')
const shell = process.platform === 'win32'
const folder = mkdtempSync(join(tmpdir(), 'guildhall-packages-'))
let failed = false

function fail(message) {
  console.error(message)
  failed = true
}

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/run.mjs', program, ...args], {
    encoding: 'utf8',
  })
  if (status !== 0) fail(`${stdout}${stderr}${program} found mistakes in ${args[0]}`)
}

function pack(name) {
  const args = ['pack', '--silent', '--workspace', name, '--pack-destination', folder]
  return join(folder, execFileSync('npm', args, { encoding: 'utf8', shell }).trim())
}

async function checkSize(path, manifest, entry, file) {
  const limit = LIMITS[manifest.name]?.[entry]
  const { outputFiles } = await build({
    entryPoints: [join(path, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: manifest.engines?.node ? 'node' : 'browser',
    external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  })
  const size = gzipSync(outputFiles[0].contents).length
  const name = join(manifest.name, entry)
  if (limit === undefined) fail(`${name} has ${size} bytes and no limit in tools/checkPackages.mjs`)
  else if (size > limit) fail(`${name} has ${size} bytes after gzip; the limit is ${limit}`)
  else console.log(`${name}: ${size} of ${limit} bytes`)
}

try {
  for (const name of readdirSync('packages')) {
    const path = join('packages', name)
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    if (manifest.private) continue
    const packed = pack(manifest.name)
    run('publint', packed, '--strict')
    // A stylesheet has no types.
    const sheets = Object.keys(manifest.exports).filter((entry) => entry.endsWith('.css'))
    const except =
      sheets.length > 0 ? ['--exclude-entrypoints', ...sheets.map((entry) => entry.slice(2))] : []
    // The packages are ES modules. require() of one works on each version of Node that we support.
    run('attw', packed, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', ...except)
    for (const [entry, target] of Object.entries(manifest.exports)) {
      const file = typeof target === 'string' ? target : target.default
      if (file.endsWith('.js')) await checkSize(path, manifest, entry, file)
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
if (failed) process.exitCode = 1
