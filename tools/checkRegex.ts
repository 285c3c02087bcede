// `npm run check:regex`: checks that every regular expression runs in linear time for any input. It checks the whole
// source, because nobody notices when a pattern is first used on untrusted input.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import ts from 'typescript'

// The JavaScript backend: it gives the same result on every platform.
process.env.RECHECK_BACKEND = 'pure'
const { checkSync } = await import('recheck')

const FOLDERS = [
  'src',
  'demo',
  'apps/components/src',
  'apps/dashboard/src',
  'apps/graphiql/src',
  'packages/client/src',
  'packages/embedded-postgres/src',
  'packages/node/src',
]
const TIMEOUT_MS = 20_000

/** Files with a pattern that can't be checked, and why it is harmless. */
const reviewed: Readonly<Record<string, string>> = {
  'src/graphql/unavailable.ts': 'Anchored alternatives of fixed lengths, built from constants.',
  'apps/graphiql/src/operations.ts': 'It searches our own operations for one name.',
}

interface Pattern {
  readonly file: string
  readonly line: number
  /** `/source/flags`, or the expression that builds the pattern at run time. */
  readonly text: string
  /** Undefined if the pattern is built at run time. */
  readonly literal: { readonly source: string; readonly flags: string } | undefined
}

function* patternsOf(file: string): Generator<Pattern> {
  const parsed = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const patternAt = (node: ts.Node, literal: Pattern['literal']): Pattern => ({
    file,
    line: parsed.getLineAndCharacterOfPosition(node.getStart()).line + 1,
    text: literal ? `/${literal.source}/${literal.flags}` : node.getText(),
    literal,
  })
  const nodes: ts.Node[] = [parsed]
  for (const node of nodes) {
    ts.forEachChild(node, (child) => void nodes.push(child))
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      yield patternAt(node, { source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      node.expression.getText() === 'RegExp'
    ) {
      const [source, flags] = node.arguments ?? []
      const isLiteral = source && ts.isStringLiteralLike(source) && (!flags || ts.isStringLiteralLike(flags))
      yield patternAt(node, isLiteral ? { source: source.text, flags: flags?.text ?? '' } : undefined)
    }
  }
}

/** The problem of a pattern; undefined if it is safe. */
function problemOf({ literal }: Pattern): string | undefined {
  if (!literal) return 'is built at run time'
  // The automaton checker is fast and exact. For what it doesn't support, such as lookaround, `auto` searches slow inputs.
  for (const checker of ['automaton', 'auto'] as const) {
    const found = checkSync(literal.source, literal.flags, { checker, timeout: TIMEOUT_MS })
    if (found.status === 'safe') return undefined
    if (found.status === 'vulnerable') return `is ${found.complexity.summary}`
  }
  return 'can’t be checked'
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/(?:^|[\\/])(?:__)?generated/.test(name))
    .map((name) => join(folder, name).replaceAll('\\', '/')),
)

// Caches the safe patterns: a check takes 0.1 s.
const cacheFolder = 'node_modules/.cache'
const { version } = createRequire(import.meta.url)('recheck/package.json') as { version: string }
const cacheFile = `${cacheFolder}/regex-${version}.json`
const known = new Set<string>(readCache())
const safe = new Set<string>()
const unused = new Set(Object.keys(reviewed))

for (const pattern of files.flatMap((file) => [...patternsOf(file)])) {
  const { file, line, text } = pattern
  if (safe.has(text)) continue
  const problem = known.has(text) ? undefined : problemOf(pattern)
  if (problem === undefined) safe.add(text)
  else if (!(file in reviewed)) fail(`${file}:${line} ${text} ${problem}`)
  else unused.delete(file)
}
for (const file of unused) fail(`${file} is listed as reviewed and needs no review`)
mkdirSync(cacheFolder, { recursive: true })
writeFileSync(cacheFile, JSON.stringify([...safe]))

function readCache(): string[] {
  try {
    return JSON.parse(readFileSync(cacheFile, 'utf8'))
  } catch {
    return []
  }
}

function fail(problem: string): void {
  console.error(problem)
  process.exitCode = 1
}
