import type { GivenSettings } from '../settings/given.js'
import { type SettingInForce, settingsInForce } from '../settings/inForce.js'
import { BadSettings, settingsOf } from '../settings/settings.js'
import { settingsWarnings } from '../settings/warnings.js'
import { print } from './run.js'
import { tableOf } from './table.js'

export interface SettingsOptions {
  /** Only says what is wrong. */
  check: boolean
  json: boolean
}

/**
 * Lists all settings: their value, and where it comes from. Of secrets it says only whether they are set. What is wrong
 * goes to stderr, or into the JSON. It connects to nothing.
 * @returns the exit code: 0 only if a server would accept the settings
 */
export function printSettings(
  given: GivenSettings,
  env: NodeJS.ProcessEnv,
  { check, json }: SettingsOptions,
): number {
  const { problems, warnings, settings } = look(given, env)
  const ok = problems.length === 0
  if (json) {
    const list = settings.map(({ name, value, from }) => ({ name, value, from }))
    print(JSON.stringify({ ok, problems, warnings, ...(!check && { settings: list }) }))
  } else {
    for (const text of [...problems, ...warnings]) process.stderr.write(`${text}\n`)
    if (ok) print(check ? 'The settings are right.' : table(settings))
  }
  return ok ? 0 : 1
}

function look(given: GivenSettings, env: NodeJS.ProcessEnv) {
  try {
    const settings = settingsInForce(given)
    return { problems: [], warnings: settingsWarnings(settingsOf(given), env, given), settings }
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    return { problems: error.problems, warnings: [], settings: [] }
  }
}

const table = (settings: readonly SettingInForce[]) =>
  tableOf(settings, { SETTING: ({ name }) => name, FROM: ({ from }) => from, VALUE: inWords })

function inWords({ value, unset = 'none' }: SettingInForce): string {
  if (value === null) return `(${unset.replaceAll('`', '')})`
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.join(',')
  return String(value)
}
