import { z } from 'zod'
import { fileVariable, sections } from './environment.js'
import { about } from './kinds.js'

const fixedDefault = (setting: z.ZodType): string | undefined => {
  if (!(setting instanceof z.ZodDefault)) return undefined
  const value: unknown = setting.def.defaultValue
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `\`${value.join(',')}\``
  return `\`${String(value)}\``
}

const row = ([name, setting]: [string, z.ZodType]) => {
  const { text = '', unit, unset, secret } = about.get(setting) ?? {}
  const without = fixedDefault(setting) ?? unset ?? 'none'
  return `| \`${name}\` | ${without}${unit === undefined ? '' : ` ${unit}`} | ${text}${secret ? ` Or set \`${fileVariable(name)}\` to a file that holds it.` : ''} |`
}

/** All settings as Markdown, one table per section. `npm run docs` writes docs/settings.md from it. */
export const settingsReference = (): string =>
  Object.entries(sections)
    .map(([heading, settings]) =>
      [
        `## ${heading}`,
        '',
        '| Setting | Without it | What it does |',
        '|---|---|---|',
        ...Object.entries(settings).map(row),
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n')
