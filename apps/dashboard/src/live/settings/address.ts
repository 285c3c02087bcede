import { changeAddress, noPlace, readAddress } from '../address.js'

/** The sections of an org's settings, in their order. */
const sections = ['general', 'domains', 'links', 'roles', 'tokens', 'webhooks', 'danger'] as const
export type Section = (typeof sections)[number]

/** The section that the page's address names. Null: the org itself is shown, not its settings. */
export function shownSection(): Section | null {
  const named = readAddress().get('settings')
  return named === null ? null : (sections.find((section) => section === named) ?? 'general')
}

/** The address of a section of an org's settings, or with null that of the org. */
export function sectionAddress(orgId: string, section: Section | null): string {
  return `?${new URLSearchParams({ org: orgId, ...(section && { settings: section }) })}`
}

export function showSection(orgId: string, section: Section | null): void {
  changeAddress({ ...noPlace, org: orgId, settings: section })
  scrollTo(0, 0)
}
