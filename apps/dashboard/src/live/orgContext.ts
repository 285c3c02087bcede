import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { OrgStore } from './state/orgStore.js'

export interface OrgContextValue {
  readonly token: string
  readonly store: OrgStore
}

export const OrgContext = createContext<OrgContextValue | null>(null)

/** The org that is shown, and the token for its requests. */
export function useOrgContext(): OrgContextValue {
  const context = useContext(OrgContext)
  if (!context) throw new Error('useOrgContext needs an OrgContext above it.')
  return context
}

/** Whether the viewer has a permission in the org that is shown. The server computes the list. */
export function usePermissions(): (permission: Permission) => boolean {
  const held = useOrgContext().store.summary.value?.viewerPermissions
  return (permission) => held?.includes(permission) ?? false
}

type Permission = NonNullable<OrgStore['summary']['value']>['viewerPermissions'][number]
