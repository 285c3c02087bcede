import { useOrgContext, usePermissions } from '../orgContext.js'
import type { OrgStore } from '../state/orgStore.js'
import type { Section } from './address.js'

/** The sections of the settings that the viewer may see, in their order. */
export function useSections(): Section[] {
  const { store } = useOrgContext()
  const can = usePermissions()
  const shown: Array<[Section, boolean]> = [
    ['general', true],
    ['domains', can('EMAIL_DOMAIN_READ')],
    ['links', can('INVITE_READ')],
    ['roles', can('MEMBER_READ') && store.appRoles.value.length > 0],
    ['tokens', can('API_TOKEN_READ')],
    ['webhooks', can('WEBHOOK_READ')],
    ['danger', isMember(store) || can('ORG_DELETE')],
  ]
  return shown.flatMap(([section, isShown]) => (isShown ? [section] : []))
}

const isMember = (store: OrgStore) => Boolean(store.summary.value?.viewerOrgUser)
