import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

interface Arrow {
  from: string
  to: string
}

/** Every source file with what it imports, paths from the project's root; packages by name. */
const arrows: Arrow[] = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('src/generated/'))
  .flatMap((from) =>
    [...readFileSync(join(ROOT, from), 'utf8').matchAll(/(?:from |import |import\()'([^']+)'/g)].map(
      ([, to = '']) => ({
        from,
        to: to.startsWith('.') ? normalize(join(dirname(from), to)).replace(/\.js$/, '.ts') : to,
      }),
    ),
  )

const features = [
  'user',
  'org',
  'orgUser',
  'orgInvite',
  'emailDomain',
  'apiToken',
  'orgEvent',
  'permission',
  'identity',
]
const isFeature = (file: string) => features.some((feature) => file.startsWith(`src/${feature}/`))
/** What speaks GraphQL: types, adapters, lists, loaders, streams. */
const speaksGraphql = (file: string) =>
  /\.(schema|mutations|subscriptions|lists|loaders)\.ts$/.test(file) || file.startsWith('src/graphql/')
const isGenerated = (file: string) => file.startsWith('src/generated/')

const broken = (rule: (arrow: Arrow) => boolean) =>
  arrows.filter(rule).map(({ from, to }) => `${from} → ${to}`)

describe('imports run one way', () => {
  it('finds the sources', () => {
    expect(arrows.length).toBeGreaterThan(300)
  })

  it('platform knows no feature, no GraphQL and no server', () => {
    expect(
      broken(
        ({ from, to }) =>
          from.startsWith('src/platform/') &&
          to.startsWith('src/') &&
          !to.startsWith('src/platform/') &&
          !isGenerated(to),
      ),
    ).toEqual([])
  })

  it('models and operations know no GraphQL', () => {
    expect(
      broken(
        ({ from, to }) =>
          isFeature(from) &&
          !speaksGraphql(from) &&
          // A stream has no payload to end with: it ends with the coded errors of the contract.
          !(from.startsWith('src/orgEvent/') && to === 'src/graphql/errors.ts') &&
          (speaksGraphql(to) || to.startsWith('@pothos/') || to === 'graphql' || to === 'graphql-yoga'),
      ),
    ).toEqual([])
  })

  it('features know no server: no HTTP, no settings, no main', () => {
    expect(
      broken(
        ({ from, to }) =>
          isFeature(from) &&
          /^src\/(http\/|settings|server\.ts|startServer\.ts|app\.ts|main\.ts|demo\/)/.test(to),
      ),
    ).toEqual([])
  })

  it('the edge knows no feature', () => {
    expect(
      broken(({ from, to }) => (from.startsWith('src/http/') || from === 'src/server.ts') && isFeature(to)),
    ).toEqual([])
  })

  it('only graphql/schema.ts knows every feature', () => {
    const featuresOf = (file: string) =>
      new Set(
        arrows.filter(({ from, to }) => from === file && isFeature(to)).map(({ to }) => to.split('/')[1]),
      )
    const knowing = [...new Set(arrows.map(({ from }) => from))]
      .filter((file) => file.startsWith('src/graphql/'))
      .filter((file) => featuresOf(file).size > 3)
    expect(knowing).toEqual(['src/graphql/schema.ts'])
  })

  it('only settings.ts and main.ts touch the environment', () => {
    const readers = [...new Set(arrows.map(({ from }) => from))].filter((file) =>
      readFileSync(join(ROOT, file), 'utf8').includes('process.env'),
    )
    expect(readers.filter((file) => !['src/main.ts', 'src/settings.ts'].includes(file))).toEqual([])
  })
})
