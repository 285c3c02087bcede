import { existsSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import type { CST, Scalar } from 'yaml'
import { quoted } from '../lib/quoted.js'
import { fileVariable, listNames, secretNames, settingNames } from './environment.js'
import { readSmallFile } from './smallFile.js'
import { meantBy } from './typos.js'

/** The files that are read if GUILDHALL_CONFIG is not set. */
const USUAL_NAMES = ['guildhall.config.yaml', 'guildhall.config.yml', 'guildhall.config.json']
const FORMATS: Record<string, 'YAML' | 'JSON'> = { '.yaml': 'YAML', '.yml': 'YAML', '.json': 'JSON' }

const MAX_BYTES = 65_536
/** A file has two levels, but tells more about wrong ones nearby. */
const MAX_NESTING = 8

/** One place that settings come from, such as the environment, with the texts that it holds. */
export interface Source {
  /** How messages call it. */
  readonly place: string
  readonly values: Readonly<Record<string, string>>
}

export interface ConfigFile extends Source {
  readonly problems: readonly string[]
  /** Settings that the file sets, but wrongly. `all`: the file can’t be read. */
  readonly unknown: ReadonlySet<string> | 'all'
  readonly isPublic: boolean
}

/**
 * Reads the file of GUILDHALL_CONFIG, or one of the usual names in the working directory. A value means what the same
 * text means in the environment; a list is a text with commas. Undefined if there is no file.
 */
export async function readConfigFile(
  configured: string | undefined,
  directory: string,
): Promise<ConfigFile | undefined> {
  const found = configured === undefined ? usualFiles(directory) : [configured]
  const [place] = found
  if (place === undefined) return undefined
  const unreadable = (problem: string): ConfigFile => ({
    place,
    values: {},
    problems: [problem],
    unknown: 'all',
    isPublic: false,
  })
  if (found.length > 1) return unreadable(`${found.join(' and ')} both exist: keep one`)
  const name = configured === undefined ? place : `GUILDHALL_CONFIG names a file that`
  const format = FORMATS[extname(place).toLowerCase()]
  if (format === undefined)
    return unreadable(`GUILDHALL_CONFIG must end with .yaml, .yml or .json, not ${quoted(place)}`)
  const file = readSmallFile(resolve(directory, place), MAX_BYTES)
  if ('problem' in file) return unreadable(`${name} ${file.problem}`)
  const parsed = await parse(file.text, format, place)
  if ('problem' in parsed) return unreadable(`${place} ${parsed.problem}`)
  return { place, isPublic: file.isPublic, ...parsed }
}

const usualFiles = (directory: string) => USUAL_NAMES.filter((name) => existsSync(resolve(directory, name)))

type Parsed = Pick<ConfigFile, 'values' | 'problems' | 'unknown'>

async function parse(
  text: string,
  format: 'YAML' | 'JSON',
  place: string,
): Promise<Parsed | { problem: string }> {
  if (format === 'JSON' && !isJson(text)) return { problem: 'is not valid JSON' }
  const { isAlias, isMap, isScalar, isSeq, Parser, parseDocument } = await import('yaml')
  // `parseDocument` calls itself for each level, and a text of this size can have enough levels to end the process.
  if (isDeep(new Parser().parse(text)))
    return { problem: 'has values inside values: at most a list of values is allowed' }
  // The schema `failsafe` keeps every value as it is written, so that no digit of a number is lost. JSON is valid YAML,
  // and this parser finds double keys. Its messages quote the file, so only their place is repeated.
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false })
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length
  const [error] = [...document.errors, ...document.warnings]
  if (error) return { problem: `is not valid ${format}: line ${lineOf(error.pos[0])} (${error.code})` }
  const { contents } = document
  const isEmpty = contents === null || (isScalar(contents) && isUnset(contents))
  if (!isEmpty && !isMap(contents)) return { problem: 'must hold names of settings with their values' }

  const values: Record<string, string> = {}
  const problems: string[] = []
  const unknown = new Set<string>()
  for (const { key, value } of isMap(contents) ? contents.items : []) {
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : ''
    const at = `(${place}, line ${isScalar(key) && key.range ? lineOf(key.range[0]) : 1})`
    const wrong = problemOfName(name)
    if (wrong !== undefined) {
      problems.push(`${wrong} ${at}`)
      continue
    }
    const said = textOf(name, value)
    if (said === undefined) continue
    if ('text' in said) values[name] = said.text
    else {
      problems.push(`${name} ${said.problem} ${at}`)
      unknown.add(name)
    }
  }
  return { values, problems, unknown }

  function textOf(name: string, value: unknown): { text: string } | { problem: string } | undefined {
    if (isAlias(value)) return { problem: 'is an alias: write the value' }
    if (value === null || (isScalar(value) && isUnset(value))) return undefined
    // A block of YAML ends with a line break.
    if (isText(value)) return { text: value.type?.startsWith('BLOCK') ? value.value.trimEnd() : value.value }
    if (!isSeq(value)) return { problem: 'must be one value, or a list of values' }
    if (!listNames.has(name)) return { problem: 'must be one value, not a list' }
    if (value.items.length === 0) return { problem: 'is an empty list: leave it out' }
    const items = value.items.map((item) => (isText(item) ? item.value.trim() : ''))
    if (!items.every((item) => item !== '' && !item.includes(',')))
      return { problem: 'must be a list of texts without commas' }
    return { text: items.join(',') }
  }

  function isText(value: unknown): value is Scalar<string> {
    return isScalar(value) && typeof value.value === 'string'
  }
}

/** Whether the tokens of a file are nested deeper than any setting. */
function isDeep(tokens: Iterable<CST.Token>): boolean {
  const open: [CST.Token, number][] = Array.from(tokens, (token) => [token, 0])
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, depth] = next
    if (depth > MAX_NESTING) return true
    const inside = 'items' in token ? token.items.flatMap(({ key, value }) => [key, value]) : [valueIn(token)]
    for (const one of inside) if (one) open.push([one, depth + 1])
  }
  return false
}

const valueIn = (token: CST.Token) => (token.type === 'document' ? token.value : undefined)

/** As an empty variable in the environment. YAML has three more words for null. */
const isUnset = ({ type, value }: Scalar): boolean =>
  typeof value === 'string' &&
  (value.trim() === '' || (type === 'PLAIN' && ['null', 'Null', 'NULL', '~'].includes(value)))

const secretFiles: ReadonlySet<string> = new Set([...secretNames].map(fileVariable))

function problemOfName(name: string): string | undefined {
  if (name === 'GUILDHALL_CONFIG') return 'GUILDHALL_CONFIG can’t be set in a file'
  if (settingNames.has(name) || secretFiles.has(name)) return undefined
  // Anything else might be a secret in the wrong place.
  if (!/^[\w.-]{1,64}$/.test(name)) return 'A key is not a setting'
  const meant = meantBy(name)
  return `${name} is not a setting${meant === undefined ? '' : `: did you mean ${meant}?`}`
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
