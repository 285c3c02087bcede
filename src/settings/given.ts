import { readConfigFile, type Source } from './configFile.js'
import { fileVariable, secretNames, settingNames } from './environment.js'
import { readSmallFile } from './smallFile.js'

/** The texts of all settings that are set, before they are parsed. */
export interface GivenSettings {
  readonly values: Readonly<Record<string, string>>
  /** Where each value comes from, by name. */
  readonly origins: Readonly<Record<string, string>>
  /** What is wrong with the sources. */
  readonly problems: readonly string[]
  /** Settings that are set, but whose value is unknown because of a problem. `all`: a whole source can’t be read. */
  readonly unknown: ReadonlySet<string> | 'all'
  /** The configuration file, if there is one. */
  readonly file?: { readonly place: string; readonly isPublic: boolean } | undefined
}

/** Larger than any secret. */
const MAX_SECRET_BYTES = 16_384

/** An empty variable counts as unset, because compose files and CI pass `NAME=` for missing values. */
export const environmentSource = (env: NodeJS.ProcessEnv): Source => ({
  place: 'environment',
  values: Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value]] : [])),
  ),
})

/**
 * Gathers the settings of a process: from the environment, then from the configuration file, then from `defaults`.
 * @param directory where the file is looked for
 * @param only the names to take; no other file of a secret is read
 */
export async function gatherAll(
  env: NodeJS.ProcessEnv,
  {
    directory,
    defaults,
    only,
  }: { directory: string; defaults?: Source | undefined; only?: readonly string[] | undefined },
): Promise<GivenSettings> {
  const environment = environmentSource(env)
  const file = await readConfigFile(environment.values.GUILDHALL_CONFIG, directory)
  const given = gather([environment, ...(file ? [file] : []), ...(defaults ? [defaults] : [])], only)
  if (file === undefined) return given
  const { place, isPublic } = file
  return {
    ...given,
    file: { place, isPublic },
    problems: [...file.problems, ...given.problems],
    unknown: file.unknown === 'all' ? 'all' : new Set([...file.unknown, ...given.unknown]),
  }
}

/**
 * Takes each setting from the first source that has it, and reads secrets from their files.
 * @param only the names to take; no other file is read
 */
export function gather(
  sources: readonly Source[],
  only: Iterable<string> = settingNames,
): GivenSettings & { readonly unknown: ReadonlySet<string> } {
  const values: Record<string, string> = {}
  const origins: Record<string, string> = {}
  const problems: string[] = []
  const unknown = new Set<string>()
  for (const name of only) {
    const variable = secretNames.has(name) ? fileVariable(name) : undefined
    const source = sources.find(
      (one) =>
        Object.hasOwn(one.values, name) || (variable !== undefined && Object.hasOwn(one.values, variable)),
    )
    if (source === undefined) continue
    const value = source.values[name]
    const path = variable === undefined ? undefined : source.values[variable]
    if (path === undefined) {
      if (value !== undefined) values[name] = value
      origins[name] = source.place
      continue
    }
    const secret =
      value === undefined ? readSecret(path) : { problem: `and ${name} exclude each other: set one of them` }
    if ('text' in secret) values[name] = secret.text
    else {
      problems.push(`${variable} ${secret.problem}`)
      unknown.add(name)
    }
    origins[name] = `${variable}${source.place === 'environment' ? '' : ` in ${source.place}`}`
  }
  return { values, origins, problems, unknown }
}

/** The settings with these names alone. Undefined if one of them is set, but nobody knows to what. */
export function partOf(given: GivenSettings, names: readonly string[]): GivenSettings | undefined {
  const { unknown } = given
  if (unknown === 'all' || names.some((name) => unknown.has(name))) return undefined
  const values = Object.entries(given.values).filter(([name]) => names.includes(name))
  return { ...given, values: Object.fromEntries(values), problems: [] }
}

/** Reads a file with one line. Neither the path nor the content is part of the problem. */
function readSecret(path: string): { text: string } | { problem: string } {
  const file = readSmallFile(path, MAX_SECRET_BYTES)
  if ('problem' in file) return { problem: `names a file that ${file.problem}` }
  const text = file.text.replace(/\r?\n$/, '')
  if (text.trim() === '') return { problem: 'names a file that is empty' }
  if (/[\r\n]/.test(text)) return { problem: 'names a file that has more than one line' }
  return { text }
}
