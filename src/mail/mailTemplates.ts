import { Liquid, type Template } from 'liquidjs'
import { type Brand, OWN_COLOR, ownBrand } from '../lib/brand.js'
import { textOn } from '../lib/color.js'
import { directionOf, type MailLanguage, mailLanguages } from './mailLanguage.js'
import { LAYOUT, type MailKind, readTemplates, reasonOf, templateNames } from './templateFiles.js'

/** What a template may name (docs/mail.md). All of it is plain text: in HTML it is escaped. */
export interface MailVariables {
  /** The locale of the invite, such as `de-AT`. */
  locale: string
  orgName: string
  /** Null if an API token invites, or a person without a name. */
  inviterName: string | null
  /** The invited address. The mail goes to it, unless it is a `renewal`. */
  email: string
  /** In the mail's language: `a user and an admin`. */
  roles: string
  roleNames: readonly string[]
  /** The lines of the inviter's message. Empty without a message. */
  messageLines: readonly string[]
  /** The link. In a `renewal` it leads to the app, and not to an invite. */
  acceptUrl: string
  /** The host of `acceptUrl`. */
  appHost: string
  /** In the mail's language, with its time zone. */
  expiresAt: string
}

const variableNames: ReadonlySet<string> = new Set<keyof MailValues>([
  'locale',
  'lang',
  'dir',
  'start',
  'end',
  'subject',
  'orgName',
  'inviterName',
  'email',
  'roles',
  'roleNames',
  'messageLines',
  'acceptUrl',
  'appHost',
  'expiresAt',
  'brandName',
  'brandLogoUrl',
  'brandColor',
  'brandTextColor',
  'brandSupport',
  'brandSupportUrl',
  'brandSupportHost',
])

export interface WrittenMail {
  subject: string
  text: string
  html: string
}

export interface MailTemplates {
  write(kind: MailKind, language: MailLanguage, variables: MailVariables): WrittenMail
}

/** `message` lists everything that is wrong with the templates, one problem a line. */
export class BadTemplates extends Error {
  override readonly name = 'BadTemplates'
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

/**
 * Reads the templates that are shipped, and those of a folder that replace some of them. Each one is tried with sample
 * values, so that no mail fails later because of a template.
 * @throws {BadTemplates}
 */
export function openMailTemplates(directory?: string, brand: Brand = ownBrand): MailTemplates {
  const ofBrand = brandValues(brand)
  const problems: string[] = []
  const texts = readTemplates(directory, problems)
  const engines = { txt: engineOf(texts, false), html: engineOf(texts, true) }
  const templates = new Map<string, Template[]>()
  for (const name of templateNames) {
    try {
      templates.set(name, parse(engines[formatOf(name)], name, texts.get(name) ?? ''))
    } catch (error) {
      problems.push(`${name}: ${reasonOf(error)}`)
    }
  }

  const render = (name: string, values: MailValues): string => {
    const template = templates.get(name)
    if (!template) throw new Error('can’t be used')
    return engines[formatOf(name)].renderSync(template, values) as string
  }
  const subjectOf = (mail: string, values: MailValues) => oneLine(render(`${mail}.subject.txt`, values))

  for (const name of templates.keys())
    if (name !== LAYOUT) problems.push(...problemsWith(name, ofBrand, render))
  if (problems.length > 0) throw new BadTemplates([...new Set(problems)])
  return {
    write(kind, language, variables) {
      const mail = `${language}/${kind}`
      const values = valuesOf(language, { ...variables, ...ofBrand })
      const subject = subjectOf(mail, values)
      return {
        subject,
        text: `${render(`${mail}.text.txt`, { ...values, subject }).trim()}\n`,
        html: render(`${mail}.html`, { ...values, subject }),
      }
    },
  }
}

/** The same in all mails of a server. */
interface BrandValues {
  brandName: string
  /** Null: none. */
  brandLogoUrl: string | null
  /** Of the button, as `#rrggbb`. */
  brandColor: string
  /** Of text on the button. */
  brandTextColor: string
  /** As people read it. Null: none. */
  brandSupport: string | null
  brandSupportUrl: string | null
  /** Null if it is an address. */
  brandSupportHost: string | null
}

function brandValues({ name, logoUrl, color = OWN_COLOR, support }: Brand): BrandValues {
  return {
    brandName: name,
    brandLogoUrl: logoUrl ?? null,
    brandColor: color,
    brandTextColor: textOn(color),
    brandSupport: support?.text ?? null,
    brandSupportUrl: support?.url ?? null,
    brandSupportHost: support?.host ?? null,
  }
}

interface MailValues extends MailVariables, BrandValues {
  lang: MailLanguage
  dir: 'ltr' | 'rtl'
  start: 'left' | 'right'
  end: 'left' | 'right'
  /** In the text and the HTML: the subject as it was written. */
  subject: string
}

function valuesOf(language: MailLanguage, variables: MailVariables & BrandValues): MailValues {
  const dir = directionOf(language)
  const [start, end] = dir === 'rtl' ? (['right', 'left'] as const) : (['left', 'right'] as const)
  return { ...variables, lang: language, dir, start, end, subject: '' }
}

const formatOf = (name: string) => (name.endsWith('.html') ? 'html' : 'txt')

/** A header field has one line. */
const oneLine = (text: string) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim()

function engineOf(texts: ReadonlyMap<string, string>, escapes: boolean): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // Templates read no files: they know only each other.
    templates: Object.fromEntries(texts),
    relativeReference: false,
    cache: true,
    ...(escapes && { outputEscape: 'escape' as const }),
  })
  engine.registerFilter('isolate', isolate)
  // No variable holds HTML, so nothing may leave out the escaping.
  delete engine.filters.raw
  return engine
}

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
const leftToRight = /\p{L}/u

/** Keeps a text of the other direction from reordering the words around it (Unicode's isolates). */
function isolate(this: { context: { getSync(path: string[]): unknown } }, value: unknown): string {
  const text = String(value ?? '')
  const isForeign =
    this.context.getSync(['dir']) === 'rtl'
      ? [...text].some((letter) => leftToRight.test(letter) && !rightToLeft.test(letter))
      : rightToLeft.test(text)
  return isForeign ? `\u2068${text}\u2069` : text
}

function parse(engine: Liquid, name: string, text: string): Template[] {
  const template = engine.parse(text, name)
  const unknown = engine.globalVariablesSync(template).filter((variable) => !variableNames.has(variable))
  if (unknown.length > 0) throw new Error(`there is no variable ${unknown.join(', ')}`)
  return template
}

const sample: MailVariables = {
  locale: 'en',
  orgName: 'Acme',
  inviterName: 'Grace Hopper',
  email: 'ada@example.org',
  roles: 'an admin',
  roleNames: ['ADMIN'],
  messageLines: ['Welcome!', '', 'See you soon.'],
  acceptUrl: 'https://app.example.com/invites/gi_sample',
  appHost: 'app.example.com',
  expiresAt: 'Friday, 7 March 2025 at 14:05 UTC',
}
const samples: readonly MailVariables[] = [
  sample,
  {
    ...sample,
    inviterName: null,
    messageLines: [],
    roles: 'a user and an owner',
    roleNames: ['USER', 'OWNER'],
  },
]

/** What is wrong with a template that can be parsed. */
function problemsWith(
  name: string,
  brand: BrandValues,
  render: (name: string, values: MailValues) => string,
): string[] {
  const language = mailLanguages.find((one) => name.startsWith(`${one}/`)) ?? 'en'
  return samples.flatMap((variables) => {
    try {
      const text = render(name, { ...valuesOf(language, { ...variables, ...brand }), subject: 'Sample' })
      if (name.endsWith('.subject.txt'))
        return oneLine(text) === '' ? [`${name}: gives an empty subject`] : []
      const link = name.endsWith('.html') ? `"${sample.acceptUrl}"` : sample.acceptUrl
      return text.includes(link) ? [] : [`${name}: does not show the link, acceptUrl`]
    } catch (error) {
      return [`${name}: ${reasonOf(error)}`]
    }
  })
}
