// Merges the lists of public mail providers from several packages into src/generated/mailProviders.txt.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { asciiHost } from '../src/domain/users/asciiHost.js'
import { missingProviders, noProviders } from './mailProviders/missing.js'

const require = createRequire(import.meta.url)

const lists: Iterable<string>[] = [
  // Public providers.
  require('email-providers/all.json'),
  require('company-email-validator/free_email_provider_domains.js'),
  missingProviders,
  // Disposable addresses.
  require('disposable-email-domains/index.json'),
  require('disposable-domains/index.json'),
  require('mailchecker').blacklist(),
]

const providers = new Set<string>()
for (const list of lists)
  for (const name of list) {
    // Some entries end in a dot, some are not domains.
    const host = asciiHost(name.trim().replace(/\.$/, ''))
    if (host?.includes('.')) providers.add(host)
  }
for (const name of noProviders) providers.delete(name)

// Sorted, so that a server can search the text itself (src/domain/emailDomains/publicProviders.ts).
mkdirSync('src/generated', { recursive: true })
writeFileSync('src/generated/mailProviders.txt', `${[...providers].sort().join('\n')}\n`)
