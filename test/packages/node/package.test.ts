import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const shell = process.platform === 'win32'
const options = { encoding: 'utf8', shell } as const

/** An empty project with the packed packages, as npm would install them. */
let project: string
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'guildhall-node-'))
  const packages = ['@guildhall/client', '@guildhall/node']
  const names = packages.flatMap((name) => ['--workspace', name])
  const packed = execFileSync('npm', ['pack', '--silent', ...names, '--pack-destination', project], options)
  for (const [index, file] of packed.trim().split('\n').entries()) {
    const installed = join(project, 'node_modules', packages[index] ?? '')
    mkdirSync(installed, { recursive: true })
    execFileSync('tar', ['-xzf', file.trim(), '--strip-components=1', '-C', installed], { cwd: project })
  }
  link('graphql', 'graphql-ws', 'jose', 'ws')
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  return () => rmSync(project, { recursive: true })
}, 180_000)

function link(...names: string[]): void {
  linkFrom('node_modules', ...names)
}

function linkFrom(folder: string, ...names: string[]): void {
  for (const name of names) {
    const at = join(project, 'node_modules', name)
    mkdirSync(dirname(at), { recursive: true })
    symlinkSync(resolve(folder, name), at, 'junction')
  }
}

function run(file: string, text: string): string {
  writeFileSync(join(project, file), text)
  return execFileSync(process.execPath, [file], { cwd: project, ...options }).trim()
}

describe('the packed package for back ends', () => {
  it('runs in an empty project of ES modules without any framework', () => {
    const said = run(
      'main.mjs',
      `import { createHmac } from 'node:crypto'
import { membershipMirror, verifyAccessToken, verifyWebhook } from '@guildhall/node'
for (const framework of ['express', 'fastify', 'hono']) {
  const { requireAccessToken } = await import('@guildhall/node/' + framework)
  console.log(typeof requireAccessToken({ jwksUrl: 'http://127.0.0.1:9/', issuer: 'a', audience: 'b' }))
}
const [id, at, body] = ['1', String(Math.floor(Date.now() / 1000)), '{"type":"ping"}']
const key = Buffer.alloc(32, 7)
const signature = 'v1,' + createHmac('sha256', key).update([id, at, body].join('.')).digest('base64')
const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature }
console.log(verifyWebhook(body, headers, 'whsec_' + key.toString('base64')).type)
await verifyAccessToken('a.b.c', { jwksUrl: 'http://127.0.0.1:9/', issuer: 'a', audience: 'b' }).catch((e) => console.log(e.code))
const mirror = membershipMirror({ url: 'http://127.0.0.1:9/graphql', token: 'gh_', orgs: 'all' })
try { mirror.can('a', 'b', 'c') } catch (e) { console.log(e.code) }
await mirror.close()`,
    )
    expect(said.split('\n')).toEqual(['function', 'function', 'function', 'ping', 'MALFORMED', 'NOT_READY'])
  })

  it('runs in a project of CommonJS, by require', () => {
    const said = run('main.cjs', `console.log(typeof require('@guildhall/node').verifyWebhook)`)
    expect(said).toBe('function')
  })

  it('has types that fit Express, Fastify and Hono', { timeout: 120_000 }, () => {
    link('express', '@types')
    linkFrom('test/node_modules', 'fastify', 'hono')
    onTestFinished(() => rmSync(join(project, 'app.ts')))
    writeFileSync(
      join(project, 'app.ts'),
      `import { type Caller, type MembershipMirror, membershipMirror, verifyWebhook } from '@guildhall/node'
import { requireAccessToken as forExpress } from '@guildhall/node/express'
import { requireAccessToken as forFastify } from '@guildhall/node/fastify'
import { requireAccessToken as forHono } from '@guildhall/node/hono'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller
  }
}

const options = { jwksUrl: '', issuer: '', audience: '' }
express().use(forExpress(options)).get('/', ({ caller }) => caller?.orgId.length)
fastify().addHook('onRequest', forFastify(options)).get('/', async ({ caller }) => caller?.orgId.length)
const app = new Hono<{ Variables: { caller: Caller } }>()
app.use(forHono(options))
app.get('/', (c) => c.json(c.get('caller').orgId))

const refusing: MembershipMirror = membershipMirror({ url: '', token: '', orgs: 'all' })
const isAllowed: boolean = refusing.can('', '', '')
const asking = membershipMirror({ url: '', token: '', orgs: ['a'], onStale: 'ask' })
// @ts-expect-error It may be a promise.
const mayBeLater: boolean = asking.can('', '', '')
const later: boolean | Promise<boolean> = asking.can('', '', '')

const message = verifyWebhook('', new Headers(), ['a', 'b'])
if (message.type === 'org_user.joined') console.log(message.data.event.roles satisfies ('USER' | 'ADMIN' | 'OWNER')[])
console.log(isAllowed, mayBeLater, later)
`,
    )
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      noEmit: true,
      types: ['node'],
    }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }))
    const tsc = resolve('node_modules/typescript/bin/tsc')
    const compile = () => execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: project, ...options })
    expect(compile).not.toThrow()
  })

  it('has what people look for, and no sources', () => {
    const installed = join(project, 'node_modules', '@guildhall', 'node')
    const readme = readFileSync(join(installed, 'README.md'), 'utf8')
    expect(readme).toContain('membershipMirror')
    expect(() => cpSync(join(installed, 'src'), join(project, 'src'), { recursive: true })).toThrow('ENOENT')
  })
})
