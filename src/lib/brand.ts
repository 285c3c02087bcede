/** The product in whose name the pages and mails speak. */
export interface Brand {
  /** `Guildhall` unless it is set. */
  readonly name: string
  /** The address of the logo, for pages and mails. */
  readonly logoUrl?: string | undefined
  /** The path of a logo that the server serves itself, for its pages. */
  readonly logoFile?: string | undefined
  /** `#rrggbb`. Undefined: Guildhall’s own colours. */
  readonly color?: string | undefined
  readonly support?: Support | undefined
}

/** Where people find help. */
export interface Support {
  /** As people read it: `help@example.com` or `help.example.com/contact`. */
  readonly text: string
  /** `mailto:` or `https:`. */
  readonly url: string
  /** The host of a page. Undefined: it is an address. */
  readonly host: string | undefined
}

export const ownBrand: Brand = { name: 'Guildhall' }

/** The colour of buttons in mails, and of the pages in light mode. */
export const OWN_COLOR = '#1d6b60'

/** Reads BRAND_SUPPORT, which is known to be an address or an https URL. */
export function supportOf(text: string): Support {
  if (!URL.canParse(text)) return { text, url: `mailto:${text}`, host: undefined }
  const { href, host, pathname, search } = new URL(text)
  return { text: `${host}${pathname === '/' ? '' : pathname}${search}`, url: href, host }
}
