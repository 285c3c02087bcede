import { OrgHasResourcesError, OrgNameTakenError } from '../../domain/core/org.js'
import {
  InvalidInputError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RateLimitedError,
} from '../../domain/core/refusal.js'
import type { LockedOrg } from '../../domain/core/transact.js'
import { EmailDomainNotAllowedError, EmailDomainTakenError } from '../../domain/emailDomains/emailDomain.js'
import { createOrg, repeatCreateOrg } from '../../domain/orgs/createOrg.js'
import { deleteOrg } from '../../domain/orgs/deleteOrg.js'
import { setOrgResourceCount } from '../../domain/orgs/setOrgResourceCount.js'
import { OrgExternalIdTakenError, OrgSlugTakenError } from '../../domain/orgs/takenBy.js'
import { updateOrg } from '../../domain/orgs/updateOrg.js'
import { EmailNotVerifiedError } from '../../domain/users/emailNotVerified.js'
import type { FieldsOf } from '../builder.js'
import { exposeId, optionalId, requiredId } from '../idField.js'
import { mutation } from '../mutation.js'
import { DataRegionType, OrgTierType, OrgType } from '../types/org.js'
import { OrgStatusType } from '../types/permission.js'

/** The payload: the org as the operation returned it. */
const org = (t: FieldsOf<LockedOrg>) => ({
  org: t.field({ type: OrgType, description: 'The org as it is now.', resolve: (org) => org }),
})

mutation('createOrg', {
  description:
    'Creates an org. Any signed-in person may, and becomes its OWNER. An instance token needs ORG_CREATE. Only instance tokens may give an external id and metadata.',
  input: (t) => ({
    name: t.string({ required: true, description: '1 to 100 characters, unique, ignoring case.' }),
    ownerId: optionalId(
      t,
      'User',
      'Global id of the user who becomes the owner. Required from an instance token, refused from a person.',
    ),
    dataRegion: t.field({
      type: DataRegionType,
      defaultValue: 'US_WEST',
      description: 'Where to keep the org’s data. It can’t be changed later.',
    }),
    bindEmailDomain: t.boolean({
      defaultValue: false,
      description: 'Also binds the domain of the owner’s e-mail address, which must be verified.',
    }),
    slug: t.string({
      description:
        'Name for URLs: 1 to 63 characters, a to z, 0 to 9 and hyphens, unique. If left out, it is made of the name.',
    }),
    logoUrl: t.string({ description: 'URL of the logo: https, at most 2,048 characters.' }),
    externalId: t.string({
      description:
        'The host application’s own id of the org: 1 to 255 characters, unique. For instance tokens only.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'What the host application keeps with the org: at most 8,192 bytes as JSON. For instance tokens only.',
    }),
  }),
  refusals: [
    NotFoundError,
    InvalidInputError,
    OrgNameTakenError,
    PermissionDeniedError,
    EmailNotVerifiedError,
    EmailDomainTakenError,
    EmailDomainNotAllowedError,
    RateLimitedError,
    OrgSlugTakenError,
    OrgExternalIdTakenError,
  ],
  operation: (tx, actor, input) => createOrg(tx, actor, input),
  repeat: repeatCreateOrg,
  payload: org,
})

mutation('updateOrg', {
  description:
    'Changes an org: its name, slug and logo (ORG_UPDATE), or its external id, metadata, status, tier and limits (ORG_MANAGE, for instance tokens only). A field that is left out stays as it is.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    name: t.string({ description: 'The new name.' }),
    slug: t.string({ description: 'The new slug. The old one is free for other orgs at once.' }),
    logoUrl: t.string({ description: 'URL of the new logo. Null removes it.' }),
    externalId: t.string({ description: 'The new external id. Null removes it.' }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'The new metadata, which replaces the old as a whole. Null means {}.',
    }),
    status: t.field({ type: OrgStatusType, description: 'The new status.' }),
    tier: t.field({
      type: OrgTierType,
      description: 'The new tier. Members stay, even if there are more than it allows.',
    }),
    seatLimit: t.int({
      description:
        'The most members, 0 or more, whatever the tier allows. Members stay, even if there are more. Null returns to the tier’s limit.',
    }),
    pendingInviteLimit: t.int({
      description:
        'The most pending invites, 0 or more, whatever the tier allows. Null returns to the tier’s limit.',
    }),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    InvalidInputError,
    OrgNameTakenError,
    OrgNotActiveError,
    OrgSlugTakenError,
    OrgExternalIdTakenError,
  ],
  operation: (tx, actor, input) => updateOrg(tx, actor, input),
  payload: org,
})

mutation('deleteOrg', {
  description:
    'Deletes an org with its members, invites, e-mail domains, tokens and events (ORG_DELETE). Refused while the host application says that the org owns resources. The org is DEPROVISIONING at once and removed within seconds. Its subscribers get the last events, then their streams complete.',
  input: (t) => ({ orgId: requiredId(t, 'Org', 'Global id of the org.') }),
  refusals: [NotFoundError, PermissionDeniedError, OrgHasResourcesError],
  operation: async (tx, actor, { orgId }) => {
    await deleteOrg(tx, actor, orgId)
    return { orgId }
  },
  payload: (t) => ({ orgId: exposeId(t, 'Org', 'orgId', 'Global id of the deleted org.') }),
})

mutation('setOrgResourceCount', {
  description: 'Sets how many resources of one kind an org owns (ORG_MANAGE). They block its deletion.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    kind: t.string({
      required: true,
      description: 'The kind of resource, as the host application names it: 1 to 100 characters.',
    }),
    count: t.int({ required: true, description: 'How many the org owns, 0 or more.' }),
  }),
  refusals: [NotFoundError, PermissionDeniedError, InvalidInputError],
  operation: (tx, actor, input) => setOrgResourceCount(tx, actor, input),
  payload: org,
})
