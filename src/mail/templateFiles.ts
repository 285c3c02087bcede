import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../lib/packageRoot.js'
import { mailLanguages } from './mailLanguage.js'

export const mailKinds = ['invite', 'reminder', 'renewal'] as const
export type MailKind = (typeof mailKinds)[number]

const parts = ['subject.txt', 'text.txt', 'html'] as const

/** The frame of the shipped HTML templates. */
export const LAYOUT = 'layout.html'
/** Gmail cuts off mails above this. */
const MAX_BYTES = 102_400

/** The names of all templates, as `de/invite.html`. */
export const templateNames: readonly string[] = [
  LAYOUT,
  ...mailLanguages.flatMap((language) =>
    mailKinds.flatMap((kind) => parts.map((part) => `${language}/${kind}.${part}`)),
  ),
]

/**
 * The texts of all templates by name: those that are shipped, and those of a folder that replace some of them. What can't be
 * used in the folder is added to `problems`.
 */
export function readTemplates(directory: string | undefined, problems: string[]): Map<string, string> {
  const replaced = directory === undefined ? [] : readReplaced(directory, problems)
  return new Map([...readShipped(), ...replaced])
}

/** One line. */
export const reasonOf = (error: unknown): string => (error as Error).message.split('\n')[0] ?? ''

/** The shipped templates: beside the sources, or beside the bundle. */
function shippedDirectory(): string {
  const places = [
    fileURLToPath(new URL('./templates', import.meta.url)),
    fileURLToPath(new URL('./mailTemplates', import.meta.url)),
    join(packageRoot(), 'dist', 'mailTemplates'),
  ]
  const place = places.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
  if (place === undefined) throw new Error('The mail templates are missing: npm run build copies them.')
  return place
}

function readShipped(): Map<string, string> {
  const directory = shippedDirectory()
  return new Map(templateNames.map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

/** The templates in the operator's folder. What can't be used is added to `problems`. */
function readReplaced(directory: string, problems: string[]): Map<string, string> {
  const texts = new Map<string, string>()
  for (const path of filesIn(directory, problems)) {
    if (!templateNames.includes(path)) {
      problems.push(`${path}: is none of the mail templates (docs/mail.md)`)
      continue
    }
    try {
      texts.set(path, readTemplate(join(directory, path)))
    } catch (error) {
      problems.push(`${path}: ${reasonOf(error)}`)
    }
  }
  return texts
}

/** Files that begin with a dot are no templates: mounted volumes and file managers leave such files. */
const isSeen = (name: string) => !name.startsWith('.')

/** The files of a folder and of its folders, as `de/invite.html`. A folder in a folder is listed like a file. */
function filesIn(directory: string, problems: string[]): string[] {
  try {
    return readdirSync(directory)
      .filter(isSeen)
      .sort()
      .flatMap((name) =>
        statSync(join(directory, name), { throwIfNoEntry: false })?.isDirectory()
          ? readdirSync(join(directory, name))
              .filter(isSeen)
              .sort()
              .map((file) => `${name}/${file}`)
          : [name],
      )
  } catch (error) {
    problems.push(`can’t be read: ${reasonOf(error)}`)
    return []
  }
}

function readTemplate(file: string): string {
  const bytes = readFileSync(file)
  if (bytes.length > MAX_BYTES) throw new Error(`has more than ${MAX_BYTES.toLocaleString('en')} bytes`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('is not UTF-8')
  }
}
