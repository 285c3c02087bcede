import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporaryFolder.js'

/** What the reader's app has already. */
const given = `declare function accessToken(refused?: string): Promise<string | null>
declare function show(message: string): void
declare function Workspace(): null
declare const user: { id: string } | null
declare const orgId: string
declare const after: string
declare const query: string
declare const email: string
declare const url: string
declare const stream: ReturnType<typeof import('@guildhall/client').resumingClient>
// As Vite and Next.js declare it.
declare module '*.css'
`

/** Packages that the blocks import, and the folder that has them. */
const imported = {
  'node_modules/': ['graphql', 'graphql-ws', 'react', '@types/react', '@guildhall/react'],
  'examples/clients/node_modules/': ['@apollo/client', '@types/relay-runtime', '@urql'],
}

/** The code blocks, each as a file that is named by its README and line. */
function blocksOf(name: string): [file: string, text: string][] {
  const readme = readFileSync(`packages/${name}/README.md`, 'utf8')
  return [...readme.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: extension, 2: text = '', index }) => [
      `${name}-README-line${readme.slice(0, index).split('\n').length}.${extension}`,
      text,
    ],
  )
}

it('each block of code in the READMEs of the client and the hooks compiles', { timeout: 120_000 }, () => {
  const blocks = ['client', 'react'].map(blocksOf)
  for (const ofOne of blocks) expect(ofOne.length).toBeGreaterThan(2)
  const folder = temporaryFolder({
    ...Object.fromEntries(blocks.flat()),
    'given.d.ts': given,
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      extends: resolve('packages/react/tsconfig.json'),
      compilerOptions: { incremental: false, tsBuildInfoFile: null },
      include: ['*'],
    }),
  })
  for (const [from, names] of Object.entries(imported))
    for (const name of names) {
      const at = join(folder, 'node_modules', name)
      mkdirSync(dirname(at), { recursive: true })
      symlinkSync(resolve(from, name), at, 'junction')
    }
  expect(compiled(folder)).toBe('')
})

/** What the compiler says. */
function compiled(folder: string): string {
  try {
    const tsc = resolve('node_modules/typescript/bin/tsc')
    return execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    return String((error as { stdout: string }).stdout)
  }
}
