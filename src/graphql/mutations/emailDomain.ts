import type { InputFieldBuilder } from '@pothos/core'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
} from '../../domain/core/refusal.js'
import { bindEmailDomain } from '../../domain/emailDomains/bindEmailDomain.js'
import {
  EmailDomainNotAllowedError,
  EmailDomainNotVerifiedError,
  EmailDomainTakenError,
  type OrgEmailDomain,
} from '../../domain/emailDomains/emailDomain.js'
import { unbindEmailDomain } from '../../domain/emailDomains/unbindEmailDomain.js'
import { updateEmailDomain } from '../../domain/emailDomains/updateEmailDomain.js'
import { verifyEmailDomain } from '../../domain/emailDomains/verifyEmailDomain.js'
import type { FieldsOf, SchemaTypes } from '../builder.js'
import { requiredId } from '../idField.js'
import { mutation } from '../mutation.js'
import { EmailDomainJoinModeType, OrgEmailDomainType } from '../types/emailDomain.js'
import { OrgType } from '../types/org.js'

const orgAndDomain = (t: InputFieldBuilder<SchemaTypes, 'InputObject'>) => ({
  orgId: requiredId(t, 'Org', 'Global id of the org.'),
  domain: t.string({ required: true, description: 'The part after the @, in Unicode or punycode.' }),
})

/** The payload: the domain as the operation returned it. */
const emailDomain = (t: FieldsOf<OrgEmailDomain>) => ({
  emailDomain: t.field({
    type: OrgEmailDomainType,
    description: 'The domain as it is now.',
    resolve: (domain) => domain,
  }),
})

mutation('bindEmailDomain', {
  description:
    'Binds an e-mail domain to an org (EMAIL_DOMAIN_MANAGE). It is VERIFIED at once if the viewer’s own verified address is in it, unless the server requires DNS proof (EMAIL_DOMAIN_PROOF). Else it is PENDING, with a DNS challenge for `verifyEmailDomain`. A domain that the org has bound already keeps its join mode.',
  input: (t) => ({
    ...orgAndDomain(t),
    joinMode: t.field({
      type: EmailDomainJoinModeType,
      defaultValue: 'AUTO',
      description: 'Who may join the org by a verified address in the domain, once it is VERIFIED.',
    }),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    InvalidInputError,
    EmailDomainTakenError,
    EmailDomainNotAllowedError,
    OrgNotActiveError,
    LimitReachedError,
  ],
  operation: (tx, actor, input) => bindEmailDomain(tx, actor, input),
  payload: emailDomain,
})

mutation('updateEmailDomain', {
  description:
    'Changes who may join an org by a bound e-mail domain (EMAIL_DOMAIN_MANAGE). Those who have joined stay members.',
  input: (t) => ({
    ...orgAndDomain(t),
    joinMode: t.field({
      type: EmailDomainJoinModeType,
      required: true,
      description: 'Who may join by a verified address in the domain from now on.',
    }),
  }),
  refusals: [NotFoundError, PermissionDeniedError, OrgNotActiveError],
  operation: (tx, actor, input) => updateEmailDomain(tx, actor, input),
  payload: emailDomain,
})

mutation('verifyEmailDomain', {
  description:
    'Looks for the domain’s challenge in the DNS and marks the domain VERIFIED (EMAIL_DOMAIN_MANAGE).',
  input: orgAndDomain,
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    EmailDomainTakenError,
    EmailDomainNotVerifiedError,
    OrgNotActiveError,
  ],
  run: (input, { app, actor }) => verifyEmailDomain(app.transact, app.resolver, actor, input),
  payload: emailDomain,
})

mutation('unbindEmailDomain', {
  description:
    'Unbinds an e-mail domain from its org (EMAIL_DOMAIN_MANAGE). Members who joined through it stay.',
  input: orgAndDomain,
  refusals: [NotFoundError, PermissionDeniedError],
  operation: (tx, actor, input) => unbindEmailDomain(tx, actor, input),
  payload: (t) => ({
    org: t.expose('org', { type: OrgType, description: 'The org as it is now.' }),
    domain: t.exposeString('domain', { description: 'The domain that was unbound.' }),
  }),
})
