import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/**
 * All folders from top to bottom: a folder imports only folders below it in this list. A file
 * belongs to the longest entry that its path starts with.
 */
const folders = [
  'src/main.ts',
  'src/cli.ts',
  'src/commands',
  'src/start',
  'demo',
  'src/telemetry',
  'src/settings',
  'src/pages',
  'src/http',
  'src/accelerator',
  'src/graphql',
  'src/auth',
  'src/webhooks',
  'src/streams',
  'src/domain',
  'src/domain/accounts',
  'src/domain/orgs',
  'src/domain/webhooks',
  'src/domain/members',
  'src/domain/apiTokens',
  'src/domain/accessTokens',
  'src/domain/inviteLinks',
  'src/domain/joinRequests',
  'src/domain/invites',
  'src/domain/emailDomains',
  'src/domain/users',
  'src/domain/core',
  'src/jobs',
  'src/database',
  'src/mail',
  'packages/embedded-postgres',
  'src/lib',
  'src/errors.ts',
  'src/generated',
]

interface Import {
  from: string
  to: string
}

const folderOf = (file: string): string => {
  const around = folders.filter((folder) => file === folder || file.startsWith(`${folder}/`))
  const folder = around.sort((a, b) => b.length - a.length)[0]
  if (!folder) throw new Error(`${file} is in no folder of the list`)
  return folder
}

/** Static imports, including types, and dynamic ones. */
const importing = /(?:from|import) '(\.[^']+)'|import\('(\.[^']+)'\)/g

const importsOf = (from: string): Import[] =>
  [...readFileSync(join(ROOT, from), 'utf8').matchAll(importing)].map(([, fixed, dynamic]) => ({
    from,
    to: posix.join(posix.dirname(from), fixed ?? dynamic ?? '').replace(/\.js$/, '.ts'),
  }))

const imports: Import[] = ['src', 'demo', 'packages/embedded-postgres']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      posix.join(folder, file),
    ),
  )
  .filter(
    (file) => file.endsWith('.ts') && !file.includes('/node_modules/') && !file.startsWith('src/generated/'),
  )
  .flatMap(importsOf)

const inWords = ({ from, to }: Import) => `${from} → ${to}`
const place = (file: string) => folders.indexOf(folderOf(file))
const across = imports.filter(({ from, to }) => folderOf(from) !== folderOf(to))

describe('the source tree', () => {
  it('is read completely by this test', () => {
    expect(imports.length).toBeGreaterThan(400)
  })

  it('has no import of a higher folder', () => {
    expect(across.filter(({ from, to }) => place(to) < place(from)).map(inWords)).toEqual([])
  })

  it('has no cycle of folders', () => {
    const below = new Map<string, Set<string>>()
    for (const { from, to } of across)
      below.set(folderOf(from), (below.get(folderOf(from)) ?? new Set()).add(folderOf(to)))
    const circles: string[] = []
    const walk = (folder: string, path: string[]): void => {
      if (path.includes(folder))
        return void circles.push([...path.slice(path.indexOf(folder)), folder].join(' → '))
      for (const next of below.get(folder) ?? []) walk(next, [...path, folder])
      // A later path to this folder finds nothing new.
      below.delete(folder)
    }
    for (const folder of [...below.keys()]) walk(folder, [])
    expect(circles).toEqual([])
  })

  it('imports the accelerator only in start/', () => {
    const knowing = across.filter(
      ({ from, to }) => folderOf(to) === 'src/accelerator' && folderOf(from) !== 'src/start',
    )
    expect(knowing.map(inWords)).toEqual([])
  })

  it('reads the environment only at its start', () => {
    const readers = [...new Set(imports.map(({ from }) => from))].filter((file) =>
      readFileSync(join(ROOT, file), 'utf8').includes('process.env'),
    )
    expect(readers.filter((file) => file !== 'src/main.ts' && !file.startsWith('src/settings/'))).toEqual([])
  })
})
