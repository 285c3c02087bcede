import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'
import { emptyApp, installIn, runIn, startNext } from '../../support/emptyApp.js'
import { freePort } from '../../support/freePort.js'
import { createOrg } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'

/** An empty project with the packed client, as npm would install it. */
let project: string
let installed: string
/** The file that `npm pack` has made. */
let packed: string
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'guildhall-client-'))
  installed = join(project, 'node_modules', '@guildhall', 'client')
  const shell = process.platform === 'win32'
  const pack = ['pack', '--silent', '--workspace', '@guildhall/client', '--pack-destination', project]
  packed = join(project, execFileSync('npm', pack, { encoding: 'utf8', shell }).trim())
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', packed, '--strip-components=1', '-C', installed], { cwd: project })
  for (const name of ['graphql-ws', 'graphql'])
    symlinkSync(resolve('node_modules', name), join(project, 'node_modules', name), 'junction')
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  return () => rmSync(project, { recursive: true })
}, 180_000)

const entries = () => {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  return Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
}

const app = `import { guildhallApi, isRefusal, resumingClient } from '@guildhall/client'
import { AcceptInviteDocument } from '@guildhall/client/operations'
import { resumingEventStream } from '@guildhall/client/sse'

const url = 'https://guildhall.example.com/graphql'
export const accept = async (token: string): Promise<string> => {
  const { acceptOrgInvite } = await guildhallApi({ url, token: null }).query(AcceptInviteDocument, {
    input: { invite: { token } },
  })
  return isRefusal(acceptOrgInvite) ? acceptOrgInvite.message : acceptOrgInvite.orgUser.org.name
}
export const streams = [resumingClient({ url, token: null }), resumingEventStream({ url, token: null })]
`

describe('the packed client', () => {
  it('runs in plain Node, with every entry', () => {
    const names = entries().map((entry) => entry.replace('.', '@guildhall/client'))
    writeFileSync(
      join(project, 'main.mjs'),
      `for (const name of ${JSON.stringify(names)}) console.log(Object.keys(await import(name)).length > 0)
import { WhoAmIDocument } from '@guildhall/client/operations'
console.log(WhoAmIDocument.kind)`,
    )
    const said = execFileSync(process.execPath, ['main.mjs'], { cwd: project, encoding: 'utf8' })
    expect(said.trim().split('\n')).toEqual([...names.map(() => 'true'), 'Document'])
    expect(existsSync(join(installed, 'README.md'))).toBe(true)
  })

  it('runs where graphql-ws is not installed, if it reads over SSE', () => {
    rmSync(join(project, 'node_modules', 'graphql-ws'))
    const text = "console.log(typeof (await import('@guildhall/client/sse')).resumingEventStream)"
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', text], {
      cwd: project,
      encoding: 'utf8',
    })
    symlinkSync(resolve('node_modules/graphql-ws'), join(project, 'node_modules/graphql-ws'), 'junction')
    expect(said.trim()).toBe('function')
  })

  it('has types that a strict project accepts, those of the package included', { timeout: 120_000 }, () => {
    writeFileSync(join(project, 'app.ts'), app)
    const all = entries().map(
      (entry, index) => `export * as e${index} from '${entry.replace('.', '@guildhall/client')}'`,
    )
    writeFileSync(join(project, 'all.ts'), all.join('\n'))
    const compilerOptions = {
      module: 'esnext',
      moduleResolution: 'bundler',
      target: 'es2022',
      lib: ['es2022', 'dom'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: [],
    }
    const files = ['app.ts', 'all.ts']
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    const tsc = resolve('node_modules/typescript/bin/tsc')
    const compile = () =>
      execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: project, encoding: 'utf8', stdio: 'pipe' })
    expect(compile).not.toThrow()
  })

  it('is built by Vite without what the app does not import', { timeout: 120_000 }, async () => {
    writeFileSync(join(project, 'app.ts'), app)
    writeFileSync(join(project, 'index.html'), '<script type="module" src="/page.ts"></script>')
    writeFileSync(join(project, 'page.ts'), "import { accept } from './app'\nconsole.log(accept)")
    await build({ root: project, configFile: false, logLevel: 'error' })
    const assets = join(project, 'dist', 'assets')
    const bundle = readdirSync(assets)
      .map((name) => readFileSync(join(assets, name), 'utf8'))
      .join('')
    expect(bundle).toContain('mutation AcceptInvite')
    expect(bundle).toContain('fragment InviteRow')
    expect(bundle).not.toContain('OrgMembers')
    expect(bundle).not.toContain('fragment MemberRow')
    expect(bundle).not.toContain('possibleTypes')
  })
})

/** An app of Next.js: its page reads on the server with the visitor's token, and goes on in the browser. */
const nextApp = (url: string) => ({
  'tsconfig.json': '{ "compilerOptions": { "strict": true } }',
  'app/layout.tsx': `import type { ReactNode } from 'react'

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}
`,
  'app/page.tsx': `import { guildhallApi } from '@guildhall/client'
import { WhoAmIDocument } from '@guildhall/client/operations'
import { cookies } from 'next/headers'
import { Events } from './events'

export default async function Page() {
  const token = (await cookies()).get('token')?.value
  if (token === undefined) return <h1>Nobody is signed in</h1>
  const { viewer, orgs } = await guildhallApi({ url: '${url}/graphql', token }).query(WhoAmIDocument)
  const names: string[] = orgs.nodes.map(({ name }) => name)
  return <main><h1>{\`\${viewer?.name} is in \${names.join()}\`}</h1><Events orgId={orgs.nodes[0]?.id} /></main>
}
`,
  'app/events.tsx': `'use client'

import { resumingClient, textOf } from '@guildhall/client'
import { WatchOrgDocument } from '@guildhall/client/operations'
import { useEffect, useState } from 'react'

export function Events({ orgId }: { orgId: string | undefined }) {
  const [count, setCount] = useState(0)
  useEffect(() => {
    const client = resumingClient({ url: '${url.replace('http', 'ws')}/graphql', token: () => null })
    return client.subscribe(
      { query: textOf(WatchOrgDocument), variables: { orgId } },
      { next: () => setCount((n) => n + 1), error: console.error, complete() {} },
    )
  }, [orgId])
  return <p>{\`Events: \${count}\`}</p>
}
`,
})

describe('the packed client alone in an empty app of Next.js', () => {
  const testServer = useTestServer()

  it('reads in a server component, and is built for the browser', { timeout: 600_000 }, async () => {
    const folder = emptyApp(nextApp(testServer.url))
    installIn(
      folder,
      `npm install next react react-dom graphql-ws typescript @types/react @types/node ${packed}`,
    )
    runIn(folder, 'npx next build')
    const port = await freePort()
    await startNext(folder, port)
    const heading = async (token?: string) => {
      const headers: Record<string, string> = token ? { cookie: `token=${token}` } : {}
      const html = await (await fetch(`http://localhost:${port}`, { headers })).text()
      expect(html.includes('Events: 0')).toBe(token !== undefined)
      return /<h1>(.*)<\/h1>/.exec(html)?.[1]
    }
    expect(await heading()).toBe('Nobody is signed in')
    for (const name of ['Ada', 'Grace']) {
      const person = await testServer.signUp({ name })
      await createOrg(person, { name: `${name}’s org` })
      expect(await heading(person.authorization?.replace('Bearer ', ''))).toBe(`${name} is in ${name}’s org`)
    }
    const chunks = readdirSync(join(folder, '.next/static'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(folder, '.next/static', name), 'utf8'))
      .join('')
    expect(chunks).toContain('WatchOrg')
    expect(chunks).not.toContain('WhoAmI')
  })
})
