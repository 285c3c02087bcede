import { signal } from '@preact/signals'

/**
 * What of the dashboard is in its address: the org, the tab, and what its list shows. So reloading keeps it, the browser's
 * Back button undoes it, and it can be shared.
 */
const search = signal(location.search)

addEventListener('popstate', () => {
  search.value = location.search
})

/** The address's parameters. A component that calls it is drawn again when they change. */
export function readAddress(): URLSearchParams {
  return new URLSearchParams(search.value)
}

export type AddressChanges = Readonly<Record<string, string | null>>

/** @param replace whether Back skips what was there before: for changes that follow each other closely, such as typing */
export function changeAddress(changes: AddressChanges, { replace = false } = {}): void {
  const next = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') next.delete(name)
    else next.set(name, value)
  }
  go(next, replace)
}

/** The parameters of a list: they are of no use in another tab or org. */
const ofLists = ['q', 'role', 'status', 'app', 'sort', 'page', 'after', 'before', 'last', 'end', 'from']
/** The place in a list. It ends when the list shows something else. */
export const noPlace: AddressChanges = {
  page: null,
  after: null,
  before: null,
  last: null,
  end: null,
  from: null,
}

/** Shows another tab, its list from the beginning. */
export function showTab(tab: string, more: AddressChanges = {}): void {
  if (tab === readAddress().get('tab') && Object.keys(more).length === 0) return
  changeAddress({ ...Object.fromEntries(ofLists.map((name) => [name, null])), tab, ...more })
}

/** Shows another org, in the tab that is open. */
export function showOrg(orgId: string, { replace = false } = {}): void {
  const tab = readAddress().get('tab')
  go(new URLSearchParams({ org: orgId, ...(tab ? { tab } : {}) }), replace)
}

function go(next: URLSearchParams, replace: boolean): void {
  const text = next.size === 0 ? '' : `?${next}`
  if (text === location.search) return
  const url = text || location.pathname
  if (replace) history.replaceState(history.state, '', url)
  else history.pushState(null, '', url)
  search.value = text
}
