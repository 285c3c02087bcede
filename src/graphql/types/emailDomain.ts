import { challengeFor, type DnsChallenge } from '../../domain/emailDomains/dnsProof.js'
import type { Domain } from '../../domain/emailDomains/domain.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { loadById } from '../loaders/loadById.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, maySeeOrgOf } from '../viewer.js'

const EmailDomainStatusType = builder.enumType('EmailDomainStatus', {
  description: 'Whether the org has proven that an e-mail domain is its own.',
  values: {
    PENDING: { description: 'Not yet: it has no effect.' },
    VERIFIED: { description: 'Proven: who signs up with a verified address in it joins.' },
  },
} as const)

export const DnsChallengeType = builder.objectRef<DnsChallenge>('DnsChallenge').implement({
  description: 'A DNS TXT record to be made in a domain, which proves control of it.',
  fields: (t) => ({
    recordName: t.exposeString('recordName', { description: 'Full name of the record.' }),
    recordValue: t.exposeString('recordValue', {
      description: 'What it must say; other records may stand beside it.',
    }),
  }),
})

export const OrgEmailDomainType = builder.prismaNode('OrgEmailDomain', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An e-mail domain bound to an org: that very domain, and none below it. One org at a time holds it as VERIFIED.',
  fields: (t) => ({
    org: t.relation('org', {
      description: 'The org. FORBIDDEN to a token that may neither ORG_READ nor EMAIL_DOMAIN_MANAGE there.',
      authScopes: ({ orgId }, _args, context) => maySeeOrgOf(context, orgId, ['EMAIL_DOMAIN_MANAGE']),
    }),
    domain: t.exposeString('domain', { description: 'Lower-case ASCII: an international one in punycode.' }),
    status: t.field({
      type: EmailDomainStatusType,
      description: 'Whether it is proven.',
      resolve: ({ status }) => status,
    }),
    challenge: t.field({
      type: DnsChallengeType,
      nullable: true,
      description: 'The DNS TXT record that proves control, while PENDING.',
      resolve: ({ domain, challenge, status }) =>
        status === 'PENDING' ? challengeFor(domain as Domain, challenge) : null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was bound.' }),
  }),
})

const emailDomainsById = loadById('orgEmailDomain')

/** A bound domain by id, null where the viewer may not read it. */
export async function visibleEmailDomain(context: Context, id: string) {
  const bound = await emailDomainsById(context).load(id)
  if (!bound) return null
  return (await authorityIn(context, bound.orgId)).permissions.has('EMAIL_DOMAIN_READ') ? bound : null
}

reachableAsNode('OrgEmailDomain', visibleEmailDomain)
