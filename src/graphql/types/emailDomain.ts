import { challengeFor, type DnsChallenge } from '../../domain/emailDomains/dnsProof.js'
import type { Domain } from '../../domain/users/domain.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { loadById } from '../loaders/loadById.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, maySeeOrgOf } from '../viewer.js'

const EmailDomainStatusType = builder.enumType('EmailDomainStatus', {
  description: 'Whether the org has proven that it controls the e-mail domain.',
  values: {
    PENDING: { description: 'Not proven yet. The domain has no effect.' },
    VERIFIED: {
      description: 'Proven. `joinMode` says who may join by a verified address in the domain.',
    },
  },
} as const)

export const EmailDomainJoinModeType = builder.enumType('EmailDomainJoinMode', {
  description:
    'What a VERIFIED e-mail domain means for people who have a verified address in it. A domain that is not VERIFIED has no effect.',
  values: {
    AUTO: {
      description:
        'Whoever signs up with such an address joins the org as USER. Whoever has signed up before may ask to join, and is approved at once.',
    },
    REQUEST: { description: 'Whoever has such an address may ask to join the org.' },
    OFF: { description: 'Nobody joins by the domain, and nobody may ask to join because of it.' },
  },
} as const)

export const DnsChallengeType = builder.objectRef<DnsChallenge>('DnsChallenge').implement({
  description: 'A DNS TXT record that the org adds to its domain to prove that it controls it.',
  fields: (t) => ({
    recordName: t.exposeString('recordName', { description: 'Full name of the record.' }),
    recordValue: t.exposeString('recordValue', {
      description: 'Value of the record. There may be other TXT records of the same name.',
    }),
  }),
})

export const OrgEmailDomainType = builder.prismaNode('OrgEmailDomain', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An e-mail domain that is bound to an org, without its subdomains. It can be VERIFIED for one org only.',
  fields: (t) => ({
    org: t.relation('org', {
      description: 'The org. FORBIDDEN for a token without ORG_READ and EMAIL_DOMAIN_MANAGE.',
      authScopes: ({ orgId }, _args, context) => maySeeOrgOf(context, orgId, ['EMAIL_DOMAIN_MANAGE']),
    }),
    domain: t.exposeString('domain', {
      description: 'The domain in lower-case ASCII. International names are in punycode.',
    }),
    status: t.field({
      type: EmailDomainStatusType,
      description: 'Whether the org has proven that it controls the domain.',
      resolve: ({ status }) => status,
    }),
    challenge: t.field({
      type: DnsChallengeType,
      nullable: true,
      description: 'The DNS TXT record that the org has to add. Null unless the domain is PENDING.',
      resolve: ({ domain, challenge, status }) =>
        status === 'PENDING' ? challengeFor(domain as Domain, challenge) : null,
    }),
    joinMode: t.field({
      type: EmailDomainJoinModeType,
      description: 'Who may join the org by a verified address in the domain, once it is VERIFIED.',
      resolve: ({ joinMode }) => joinMode,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was bound.' }),
  }),
})

const emailDomainsById = loadById('orgEmailDomain')

/** A bound domain by id, or null if the viewer may not read it. */
async function visibleEmailDomain(context: Context, id: string) {
  const bound = await emailDomainsById(context).load(id)
  if (!bound) return null
  return (await authorityIn(context, bound.orgId)).permissions.has('EMAIL_DOMAIN_READ') ? bound : null
}

reachableAsNode('OrgEmailDomain', visibleEmailDomain)
