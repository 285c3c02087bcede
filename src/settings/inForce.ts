import type { z } from 'zod'
import { Environment, secretNames } from './environment.js'
import type { GivenSettings } from './given.js'
import { about } from './kinds.js'
import { parseGiven } from './settings.js'

/** A setting as a server with these settings uses it. */
export interface SettingInForce {
  readonly name: string
  /** Null: not set. A secret is only ever `set`. */
  readonly value: string | number | boolean | readonly string[] | null
  /** `default`, `environment`, the variable that names the file of a secret, or the configuration file. */
  readonly from: string
  /** What holds instead of a missing value, in words. */
  readonly unset?: string | undefined
}

/** @throws {BadSettings} */
export function settingsInForce(given: GivenSettings): SettingInForce[] {
  const parsed: Record<string, unknown> = parseGiven(given)
  return Object.entries(Environment.shape).map(([name, setting]) => ({
    name,
    value: shownValue(name, parsed[name], given),
    from: given.origins[name] ?? 'default',
    unset: about.get(setting as z.ZodType)?.unset,
  }))
}

function shownValue(name: string, value: unknown, { values }: GivenSettings): SettingInForce['value'] {
  if (value === undefined) return null
  if (secretNames.has(name)) return 'set'
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return Array.isArray(value) ? value.map(String) : (values[name] ?? null)
}
