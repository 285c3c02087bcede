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

const broken = (rule: (arrow: Arrow) => boolean) =>
  arrows.filter(rule).map(({ from, to }) => `${from} → ${to}`)

describe('imports run one way', () => {
  it('finds the sources', () => {
    expect(arrows.length).toBeGreaterThan(300)
  })

  it('models and operations know no GraphQL and no server', () => {
    expect(
      broken(
        ({ from, to }) =>
          from.startsWith('src/domain/') &&
          (/^src\/(graphql|accelerator|http|pages|settings|start)\//.test(to) ||
            to.startsWith('@pothos/') ||
            to === 'graphql' ||
            to === 'graphql-yoga'),
      ),
    ).toEqual([])
  })

  it('the edge knows no feature', () => {
    expect(broken(({ from, to }) => from.startsWith('src/http/') && to.startsWith('src/domain/'))).toEqual([])
  })

  it('only settings.ts and main.ts touch the environment', () => {
    const readers = [...new Set(arrows.map(({ from }) => from))].filter((file) =>
      readFileSync(join(ROOT, file), 'utf8').includes('process.env'),
    )
    expect(readers.filter((file) => !['src/main.ts', 'src/settings/settings.ts'].includes(file))).toEqual([])
  })
})
