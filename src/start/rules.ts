import type { Rules } from '../domain/core/transact.js'
import type { Settings } from '../settings/settings.js'

/** What the settings are for operations. */
export function rulesOf(
  settings: Settings,
  {
    mailConfigured,
    keySecret,
    appUrl,
  }: { mailConfigured: boolean; keySecret: string | undefined; appUrl: () => string },
): Rules {
  const { tiers, limits, dns, mail, production } = settings
  return {
    tiers,
    invitesPerOrgPerDay: limits.invitesPerOrgPerDay,
    orgsPerUserPerDay: limits.orgsPerUserPerDay,
    mailsPerAddressPerDay: limits.mailsPerAddressPerDay,
    mailsPerAddressPerOrgPerDay: limits.mailsPerAddressPerOrgPerDay,
    mailsPerUserPerDay: limits.mailsPerUserPerDay,
    emailDomainProof: dns.emailDomainProof,
    apiTokensPerOrg: limits.apiTokensPerOrg,
    apiTokenDepth: limits.apiTokenDepth,
    emailDomainsPerOrg: limits.emailDomainsPerOrg,
    inviteLifeDays: mail.inviteLifeDays,
    reminderBeforeMs: mail.reminderBeforeMs,
    mailLocale: mail.locale,
    mailConfigured,
    production,
    keySecret,
    get appUrl() {
      return appUrl()
    },
  }
}
