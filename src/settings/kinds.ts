import { isIP } from 'node:net'
import emailAddresses from 'email-addresses'
import { z } from 'zod'
import type { TrustedProxies } from '../http/address.js'
import { canonicalTag } from '../lib/languageTag.js'

/**
 * Describes a setting for the reference.
 * - `unit`: the unit of a number, such as `bytes` or `s`
 * - `unset`: what happens without the setting, if it has no fixed default
 * - `secret`: messages never repeat the value, and a file can hold it (`fileVariable`)
 */
export interface About {
  readonly text: string
  readonly unit?: string
  readonly unset?: string
  readonly secret?: true
}

/** Descriptions of all settings, keyed by their schema. */
export const about = z.registry<About>()

/** The largest GraphQL Int: the API reports limits as Int. */
const MAX_INT = 2 ** 31 - 1

/** Digits only: `1e3`, `0x10` and ` 5 ` are more likely typing errors than numbers. */
export const wholeNumber = (min: number, max = MAX_INT) => {
  const message =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, ${min} or more`
      : `must be a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((n) => n >= min && n <= max, message)
}

export const longSecret = () =>
  z.string().refine((secret) => Buffer.byteLength(secret) >= 32, 'must be 32 bytes or more')

/** Characters that an `Authorization` header can carry. */
export const bearerToken = () =>
  z.string().regex(/^[\x21-\x7e]{32,}$/, 'must be 32 characters or more, printable ASCII without blanks')

export const yesOrNo = () =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], 'must be true or false')
    .transform((word) => ['true', '1', 'yes', 'on'].includes(word))

/**
 * A URL with one of these protocols, given without the colon. An unencoded # or / in a password makes it a different
 * URL, or none.
 */
export const urlOf = (...protocols: readonly string[]) =>
  z.string().superRefine((text, ctx) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const hasScheme = protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}://`))
    const hasBareCharacters = text.includes('@') && (url === undefined || hasPasswordElsewhere(url))
    // Only PostgreSQL's URL may have no host: it may name a Unix socket in its query.
    const hasHost = url !== undefined && (url.hostname !== '' || protocols.includes('postgresql'))
    if (hasScheme && hasHost && !hasBareCharacters) return
    const message =
      hasScheme && hasBareCharacters
        ? 'has characters in its user or password that a URL has other uses for: percent-encode them, # as %23, / as %2F, ? as %3F, : as %3A, @ as %40'
        : `must be a URL beginning with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`
    ctx.addIssue({ code: 'custom', message })
  })

/** A parser reads `smtp://user:12#x@mail.example.com` as port 12 of the host `user`. */
const hasPasswordElsewhere = ({ username, pathname, hash }: URL) =>
  username === '' && (pathname.includes('@') || hash.includes('@'))

/** The address to listen on. Checked strictly, because shells and other programs also set a variable HOST. */
export const host = () =>
  z
    .string()
    .refine(
      (text) => isIP(text) !== 0 || isHostName(text),
      'must be an IP address or a name of this machine, without scheme, port and brackets: 127.0.0.1, 0.0.0.0, :: or localhost',
    )

const isHostName = (text: string) => {
  const labels = text.split('.')
  const isLabel = (label: string) =>
    /^[a-z0-9-]{1,63}$/i.test(label) && !label.startsWith('-') && !label.endsWith('-')
  return text.length <= 253 && labels.every(isLabel) && !/^\d+$/.test(labels.at(-1) ?? '')
}

/** A base URL for paths: without query and fragment. A trailing slash is removed. */
export const baseUrl = () =>
  urlOf('http', 'https')
    .refine((text) => !/[?#]/.test(text), 'must have no query and no fragment')
    .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must hold no credentials')
    .transform(withoutSlashes)

const withoutSlashes = (text: string): string => {
  let end = text.length
  while (text[end - 1] === '/') end--
  return text.slice(0, end)
}

const lists = new WeakSet<z.ZodType>()

/** Marks a kind that reads several parts separated by commas. */
const list = <Kind extends z.ZodType>(kind: Kind): Kind => {
  lists.add(kind)
  return kind
}

/** Whether a setting is a list, with or without a default. */
export const isList = (setting: z.ZodType): boolean =>
  setting instanceof z.ZodOptional || setting instanceof z.ZodDefault
    ? isList(setting.def.innerType as z.ZodType)
    : lists.has(setting)

const commaList = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const listOf = (isOne: (part: string) => boolean, message: string) =>
  list(
    z
      .string()
      .transform(commaList)
      .refine((parts) => parts.length > 0 && parts.every(isOne), message),
  )

/** As browsers send `Origin`: scheme, host and port only. It is compared as text. */
const isOrigin = (part: string) =>
  /^https?:[^*]+$/.test(part) && URL.canParse(part) && new URL(part).origin === part

/** `https://*.example.com`. Not below a single label such as `com`, except `localhost`. */
const isWildcard = (part: string) =>
  /^https?:\/\/\*\.(localhost|[^.*]+\.[^*]+)(:\d+)?$/.test(part) && isOrigin(part.replace('*', 'x'))

export const origins = () =>
  listOf(
    (part) => isOrigin(part) || isWildcard(part),
    'must be origins like https://app.example.com or https://*.example.com, separated by commas',
  )

/** Texts separated by commas. */
export const texts = () => listOf(() => true, 'must be one or more, separated by commas')

/** Some of these words, separated by commas; `none` for none of them. */
export const someOf = <Word extends string>(...words: readonly Word[]) =>
  list(
    z
      .string()
      .transform((text) => (text.trim() === 'none' ? [] : commaList(text)) as Word[])
      .refine(
        (chosen) => chosen.every((word) => words.includes(word)),
        `must be none, or some of ${words.join(', ')}, separated by commas`,
      ),
  )

const isDnsServer = (part: string) => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(part) ?? []
  const address = bracketed ?? plain
  if (address === undefined) return isIP(part) === 6
  const isAddress = bracketed === undefined ? isIP(address) === 4 : isIP(address) === 6
  return isAddress && (port === undefined || (Number(port) > 0 && Number(port) <= 65_535))
}

export const dnsServers = () =>
  listOf(isDnsServer, 'must be IP addresses, each with an optional :port, separated by commas')

const isAddressOrSubnet = (part: string) => {
  const [address = '', bits, rest] = part.split('/')
  const version = isIP(address)
  if (version === 0 || rest !== undefined) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

export const trustedProxies = () =>
  list(
    z
      .string()
      .transform(
        (text): TrustedProxies =>
          /^\d{1,2}$/.test(text) ? { hops: Number(text) } : { addresses: commaList(text) },
      )
      .refine(
        (trusted) =>
          'hops' in trusted || (trusted.addresses.length > 0 && trusted.addresses.every(isAddressOrSubnet)),
        'must be a number of proxies, or addresses and subnets separated by commas',
      ),
  )

/** Scopes of OAuth 2.0 (RFC 6749, 3.3), as they are sent. */
export const scopes = () =>
  z
    .string()
    .transform((text) => text.split(/\s+/).filter(Boolean).join(' '))
    .refine(
      (text) => /^[\x21\x23-\x5b\x5d-\x7e ]+$/.test(text) && text.split(' ').includes('openid'),
      'must be scopes separated by blanks, and openid one of them',
    )

/** A BCP 47 language tag, in its canonical form. */
export const languageTag = () =>
  z
    .string()
    .refine((text) => canonicalTag(text) !== null, 'must be a BCP 47 language tag like en, de-AT or zh-Hant')
    .transform((text) => canonicalTag(text) ?? text)

/** `mail@example.com` or `Name <mail@example.com>`. */
export const mailbox = () =>
  z
    .string()
    .refine(
      (text) => !/[\r\n]/.test(text) && emailAddresses.parseOneAddress(text)?.type === 'mailbox',
      'must be an address like mail@example.com or Guildhall <mail@example.com>',
    )

/** A short text of one line, without characters that change the direction of the text around it. */
export const lineOfText = (most: number) =>
  z
    .string()
    .transform((text) => text.trim())
    .refine(
      (text) => [...text].length <= most && !/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text),
      `must be one line of ${most} characters or fewer`,
    )

/** A colour as `#1d6b60`. */
export const color = () =>
  z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour like #1d6b60')
    .transform((text) => text.toLowerCase())

/** The https URL of something that everybody may load. */
export const publicUrl = () =>
  urlOf('https').refine(
    (text) => !URL.canParse(text) || new URL(text).username === '',
    'must hold no credentials',
  )

/** An e-mail address without a name, or an https URL. */
export const addressOrUrl = () =>
  z
    .string()
    .transform((text) => text.trim())
    .refine(
      (text) => isPlainUrl(text) || isBareAddress(text),
      'must be an e-mail address, or a URL beginning with https://',
    )

const isPlainUrl = (text: string) =>
  text.startsWith('https://') && URL.canParse(text) && new URL(text).username === ''

const isBareAddress = (text: string) => {
  const parsed = /^[\x21-\x7e]+$/.test(text) ? emailAddresses.parseOneAddress(text) : null
  return parsed?.type === 'mailbox' && parsed.address === text
}

/** The path of a picture. Whether it can be used is checked with the other rules between settings. */
export const picturePath = () =>
  z.string().regex(/\.(?:svg|png|jpe?g|webp)$/i, 'must be the path of a picture: .svg, .png, .jpg or .webp')
