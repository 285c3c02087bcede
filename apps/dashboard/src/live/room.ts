import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { OrgRoom } from './state/orgRoom.js'

export interface Place {
  readonly token: string
  readonly room: OrgRoom
}

export const PlaceContext = createContext<Place | null>(null)

/** The org in view, and the token to act in it with. */
export function usePlace(): Place {
  const place = useContext(PlaceContext)
  if (!place) throw new Error('No org is in view here.')
  return place
}

/** Whether the viewer holds a permission in the org in view: the server's list, nothing worked out here. */
export function useMay(): (permission: Permission) => boolean {
  const held = usePlace().room.glance.value?.viewerPermissions
  return (permission) => held?.includes(permission) ?? false
}

type Permission = NonNullable<OrgRoom['glance']['value']>['viewerPermissions'][number]
