import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
} from '../../domain/core/refusal.js'
import type { LockedOrg } from '../../domain/core/transact.js'
import { bindEmailDomain } from '../../domain/emailDomains/bindEmailDomain.js'
import {
  EmailDomainNotAllowedError,
  EmailDomainNotVerifiedError,
  EmailDomainTakenError,
  type OrgEmailDomain,
} from '../../domain/emailDomains/emailDomain.js'
import { unbindEmailDomain } from '../../domain/emailDomains/unbindEmailDomain.js'
import { verifyEmailDomain } from '../../domain/emailDomains/verifyEmailDomain.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { OrgEmailDomainType } from '../types/emailDomain.js'
import { OrgType } from '../types/org.js'
import { resultOf } from '../types/refusals.js'

const domainInput = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      orgId: t.id({ required: true, description: 'Global id of the org.' }),
      domain: t.string({ required: true, description: 'What stands after the @, in Unicode or punycode.' }),
    }),
  })

const domainPayload = (name: string, description: string) =>
  builder.objectRef<{ emailDomain: OrgEmailDomain }>(name).implement({
    description,
    fields: (t) => ({
      emailDomain: t.field({
        type: OrgEmailDomainType,
        description: 'The domain as it is bound now.',
        resolve: ({ emailDomain }) => emailDomain,
      }),
    }),
  })

const BindEmailDomainInput = domainInput('BindEmailDomainInput', 'Which domain to bind to which org.')

builder.mutationField('bindEmailDomain', (t) =>
  t.field({
    type: resultOf(
      'BindEmailDomainResult',
      domainPayload('BindEmailDomainPayload', 'The domain is bound: verified at once, or to be verified.'),
      [
        NotFoundError,
        PermissionDeniedError,
        InvalidInputError,
        EmailDomainTakenError,
        EmailDomainNotAllowedError,
        OrgNotActiveError,
        LimitReachedError,
      ],
    ),
    description:
      'Binds an e-mail domain (EMAIL_DOMAIN_MANAGE). VERIFIED at once where the viewer’s own verified address is in it, unless the server asks for DNS proof (EMAIL_DOMAIN_PROOF); else PENDING, with a DNS challenge for `verifyEmailDomain`.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: BindEmailDomainInput, required: true, description: 'Which domain.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      emailDomain: await app.transact((tx) =>
        bindEmailDomain(tx, actor, { orgId: decodeId('Org', input.orgId), domain: input.domain }),
      ),
    }),
  }),
)

const VerifyEmailDomainInput = domainInput('VerifyEmailDomainInput', 'Which bound domain to verify.')

builder.mutationField('verifyEmailDomain', (t) =>
  t.field({
    type: resultOf(
      'VerifyEmailDomainResult',
      domainPayload('VerifyEmailDomainPayload', 'The domain is proven.'),
      [
        NotFoundError,
        PermissionDeniedError,
        EmailDomainTakenError,
        EmailDomainNotVerifiedError,
        OrgNotActiveError,
      ],
    ),
    description: 'Looks for the challenge in the DNS and marks the domain VERIFIED (EMAIL_DOMAIN_MANAGE).',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: VerifyEmailDomainInput, required: true, description: 'Which domain.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      emailDomain: await verifyEmailDomain(app.transact, app.resolver, actor, {
        orgId: decodeId('Org', input.orgId),
        domain: input.domain,
      }),
    }),
  }),
)

const UnbindEmailDomainInput = domainInput('UnbindEmailDomainInput', 'Which bound domain to let go.')

const UnbindEmailDomainPayload = builder
  .objectRef<{ org: LockedOrg; domain: string }>('UnbindEmailDomainPayload')
  .implement({
    description: 'The domain is free; members who came by it stay.',
    fields: (t) => ({
      org: t.field({ type: OrgType, description: 'The org as it is now.', resolve: ({ org }) => org }),
      domain: t.exposeString('domain', { description: 'The domain that was unbound.' }),
    }),
  })

builder.mutationField('unbindEmailDomain', (t) =>
  t.field({
    type: resultOf('UnbindEmailDomainResult', UnbindEmailDomainPayload, [
      NotFoundError,
      PermissionDeniedError,
    ]),
    description: 'Lets an e-mail domain go (EMAIL_DOMAIN_MANAGE).',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: UnbindEmailDomainInput, required: true, description: 'Which domain.' }) },
    resolve: (_root, { input }, { app, actor }) =>
      app.transact((tx) =>
        unbindEmailDomain(tx, actor, { orgId: decodeId('Org', input.orgId), domain: input.domain }),
      ),
  }),
)
