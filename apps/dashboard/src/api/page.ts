/** What the server says to the page itself, in `<meta name="guildhall">`. */
export interface PageConfig {
  readonly brand: {
    /** The product in whose name the pages speak. */
    readonly name: string
    readonly logoUrl?: string
    readonly support?: { readonly text: string; readonly url: string }
  }
  /** Whether this is the demo, which shows more than a product would. */
  readonly isDemo: boolean
}

export const page: PageConfig = { brand: { name: 'Guildhall' }, isDemo: false, ...given() }

/** The server wrote it, so its form is known. */
function given(): Partial<PageConfig> {
  const content = document.querySelector<HTMLMetaElement>('meta[name="guildhall"]')?.content
  return content ? JSON.parse(content) : {}
}
