import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { buildSchema, getOperationAST, parse, validate } from 'graphql'
import sql, { raw } from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { generatedPages } from '../scripts/docs/pages.js'
import { orgInviteLife } from '../src/domain/invites/orgInvite.js'
import { fileVariable, secretNames, settingNames } from '../src/settings/environment.js'
import { gatherAll } from '../src/settings/given.js'
import { readSettings } from '../src/settings/settings.js'
import { connect } from './http/support/socket.js'
import { startDnsServer } from './support/dnsServer.js'
import { newAsker } from './support/joinRequests.js'
import { createOrg, invite, mutate } from './support/mutate.js'
import { temporaryFolder } from './support/temporaryFolder.js'
import { type TestPerson, useTestServer } from './support/testServer.js'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const secretFiles = [...secretNames].map(fileVariable)

/** test/packages/readmes.test.ts compiles their code. */
const compiledPages = ['packages/client/README.md', 'packages/react/README.md']
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'packages/node/README.md',
  ...compiledPages,
  ...markdownIn('docs'),
]

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file))
}

interface Block {
  page: string
  line: number
  language: string
  text: string
}

/** Every fenced code block of every page. */
const blocks: Block[] = pages.flatMap((page) => {
  const text = read(page)
  // A file of the app that a guide makes has a path. Only its operations are tried here: see `readGuide` of test/e2e.
  return [...text.matchAll(/^```(\w+)(?: \S+\.graphql)?\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: block = '', index }) => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language,
      text: block,
    }),
  )
})
const inLanguage = (...languages: string[]) =>
  blocks
    .filter(({ language }) => languages.includes(language))
    .map((block) => [`${block.page}:${block.line}`, block] as const)

describe('the docs', () => {
  it.each(Object.entries(generatedPages()))(
    'have an up-to-date %s: run `npm run docs` if this fails',
    (path, text) => {
      expect(read(path)).toBe(text)
    },
  )

  it('have code blocks in every expected language', () => {
    for (const language of ['graphql', 'ts', 'sh', 'ini', 'sql'])
      expect(inLanguage(language).length).toBeGreaterThan(0)
  })

  it.each(pages)('have no broken link in %s', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to)
    const lost = links.filter((to) => !/^(https?|mailto):/.test(to)).filter((to) => !leadsSomewhere(page, to))
    expect(lost).toEqual([])
  })

  it.each(inLanguage('ts').filter(([, { page }]) => !compiledPages.includes(page)))(
    'show code of a file that is compiled and run: %s',
    (_, { text }) => {
      expect(sources.some((source) => source.includes(flat(text)))).toBe(true)
    },
  )

  it.each(inLanguage('sh', 'ini', 'dockerfile'))(
    'name only settings and scripts that exist: %s',
    (_, { text }) => {
      const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
      const builtIn = ['install', 'start', 'test', 'ci', 'prune', 'pack']
      for (const [, name = ''] of text.matchAll(/\b([A-Z][A-Z_]{3,})=/g))
        expect([...settingNames, ...secretFiles]).toContain(name)
      for (const [, run, name = ''] of text.matchAll(/npm (run )?(\w[\w:]*)/g))
        expect(run ? Object.keys(scripts) : builtIn).toContain(name)
    },
  )

  it.each(inLanguage('sh').filter(([, { text }]) => /^[A-Z_]+=/.test(text)))(
    'have settings that the server accepts: %s',
    (_, { text }) => {
      const given = [...text.matchAll(/([A-Z_]+)=(?:'([^']*)'|(\S+))/g)].map(([, name, quoted, plain]) => [
        name,
        quoted ?? plain,
      ])
      if (given.some(([name, value]) => value === '…' || secretFiles.includes(name ?? ''))) return
      expect(() => readSettings(Object.fromEntries(given))).not.toThrow()
    },
  )

  it('have a configuration file that the server accepts', async () => {
    const example = blocks.find(({ page, language }) => page === 'docs/settings.md' && language === 'yaml')
    const directory = temporaryFolder({ 'guildhall.config.yaml': example?.text ?? 'no example' })
    const { problems } = await gatherAll({}, { directory })
    expect(problems).toEqual(['DATABASE_URL_FILE names a file that can’t be read (ENOENT)'])
  })

  it('show the real states of an invite', () => {
    const picture = read('docs/images/invite-life.svg')
    for (const status of Object.keys(orgInviteLife)) expect(picture).toContain(`>${status}<`)
    for (const [action, outcome] of Object.entries(orgInviteLife.PENDING))
      if (outcome !== 'REFUSED') expect(picture).toContain(`>${action === 'expire' ? 'time' : action}`)
    const renewable = Object.entries(orgInviteLife).filter(([, on]) => on.resend === 'RENEWED')
    expect(renewable.map(([status]) => status)).toEqual(['EXPIRED'])
  })
})

/** Ignores white space: a block may have another indentation than its file. */
const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

const sources = ['packages/client/src', 'examples'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => flat(read(join(folder, file)))),
)

function leadsSomewhere(page: string, to: string): boolean {
  const [path = '', anchor] = to.split('#')
  const target = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(join(ROOT, target))) return false
  if (anchor === undefined || !target.endsWith('.md')) return true
  const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.some((heading) => anchorOf(heading) === anchor)
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

describe('an operation in the docs', async () => {
  const dns = await startDnsServer()
  afterAll(() => dns.close())
  const testServer = useTestServer({ env: { DNS_SERVERS: dns.address, TOKEN_AUDIENCES: 'projects' } })
  const schema = buildSchema(read('schema.graphql'))
  let owner: TestPerson
  let asker: TestPerson
  let orgId: string
  let after: string

  beforeAll(async () => {
    owner = await testServer.signUp()
    orgId = await createOrg(owner, { name: 'Acme' })
    asker = await newAsker(testServer, orgId)
    const { data } = await owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
    after = data.org.eventCursor
    const account = { subject: 'an old sub', email: 'old@example.com', emailVerified: true }
    await mutate(testServer.instance, 'upsertUser', account)
  })

  /** Replaces ids and cursors that a page abbreviates by real ones. */
  const whole = (text: string) => text.replaceAll('T3Jn…', orgId).replaceAll('AQAA…', after)
  const variables = () => ({
    orgId,
    after,
    subject: 'the first account',
    previousSubject: 'an old sub',
    email: `${crypto.randomUUID()}@example.com`,
  })
  const isStream = ({ text }: Block) => getOperationAST(parse(text))?.operation === 'subscription'
  const operations = inLanguage('graphql')

  it.each(operations)('is valid: %s', (_, { text }) => {
    expect(validate(schema, parse(text))).toEqual([])
  })

  /** A link's token is known only to its reader. */
  const needsToken = ({ text }: Block) => text.includes('$token')

  it.each(operations.filter(([, block]) => !isStream(block) && !needsToken(block)))(
    'runs without an error: %s',
    async (_, { text }) => {
      const person = text.includes('requestToJoinOrg') ? asker : owner
      const client = /createApiToken|upsertUser/.test(text) ? testServer.instance : person
      const { data, errors } = await client.ask(whole(text), variables())
      expect(errors).toBeUndefined()
      for (const answer of Object.values(data)) expect(answer).not.toBeNull()
      const [answer] = Object.values(data) as { __typename?: string }[]
      const refused = answer?.__typename?.endsWith('Error')
      // Its DNS record does not exist.
      if (text.includes('verifyEmailDomain')) expect(answer?.__typename).toBe('EmailDomainNotVerifiedError')
      else expect(refused ?? false, JSON.stringify(answer)).toBe(false)
    },
  )

  it.each(operations.filter(([, block]) => isStream(block)))('streams events: %s', async (_, { text }) => {
    const { client } = await connect(testServer.url, { authorization: owner.authorization })
    const results: unknown[] = []
    client.subscribe(
      { query: whole(text), variables: variables() },
      {
        next: (result) => void results.push(result),
        error: (error) => void results.push(error),
        complete() {},
      },
    )
    await invite(owner, orgId, `${crypto.randomUUID()}@example.com`)
    await vi.waitFor(() => expect(results.length).toBeGreaterThan(0), { timeout: 10_000 })
    expect(results[0]).toMatchObject({ data: expect.anything() })
  })

  it.each(inLanguage('sql'))('is SQL that PostgreSQL accepts: %s', async (_, { text }) => {
    const rows = await testServer.server.app.database.query(sql`${raw(text)}`)
    expect(rows.length).toBeLessThanOrEqual(1)
  })
})
