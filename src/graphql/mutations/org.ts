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
import { createOrg } from '../../domain/orgs/createOrg.js'
import { deleteOrg } from '../../domain/orgs/deleteOrg.js'
import { setOrgResourceCount } from '../../domain/orgs/setOrgResourceCount.js'
import { updateOrg } from '../../domain/orgs/updateOrg.js'
import { EmailNotVerifiedError } from '../../domain/users/emailNotVerified.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { DataRegionType, OrgTierType, OrgType } from '../types/org.js'
import { OrgStatusType } from '../types/permission.js'
import { resultOf } from '../types/refusals.js'

/** A payload that holds the org as it is after the operation. */
const orgPayload = (name: string, description: string) =>
  builder.objectRef<{ org: LockedOrg }>(name).implement({
    description,
    fields: (t) => ({
      org: t.field({ type: OrgType, description: 'The org as it is now.', resolve: ({ org }) => org }),
    }),
  })

const CreateOrgInput = builder.inputType('CreateOrgInput', {
  description: 'ownerId: required of an instance token, refused from a person, who becomes the owner.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 100 characters, unique without regard to case.' }),
    ownerId: t.id({ description: 'Global id of the user who is to own it: for instance tokens.' }),
    dataRegion: t.field({
      type: DataRegionType,
      defaultValue: 'US_WEST',
      description: 'Where its data is to be kept; can’t be changed later.',
    }),
    bindEmailDomain: t.boolean({
      defaultValue: false,
      description: 'Binds the domain of the owner’s own address, which must be verified, at once.',
    }),
  }),
})

const CreateOrgPayload = orgPayload('CreateOrgPayload', 'The org is founded, with its owner.')

builder.mutationField('createOrg', (t) =>
  t.field({
    type: resultOf('CreateOrgResult', CreateOrgPayload, [
      NotFoundError,
      InvalidInputError,
      OrgNameTakenError,
      PermissionDeniedError,
      EmailNotVerifiedError,
      EmailDomainTakenError,
      EmailDomainNotAllowedError,
      RateLimitedError,
    ]),
    description:
      'Founds an org. Any signed-in person may, and becomes its OWNER; an instance token needs ORG_CREATE.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: CreateOrgInput, required: true, description: 'What to found.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      org: await app.transact((tx) =>
        createOrg(tx, actor, {
          name: input.name,
          ownerId: input.ownerId == null ? undefined : decodeId('User', input.ownerId),
          dataRegion: input.dataRegion ?? 'US_WEST',
          bindEmailDomain: input.bindEmailDomain ?? false,
        }),
      ),
    }),
  }),
)

const UpdateOrgInput = builder.inputType('UpdateOrgInput', {
  description: 'What to change; what is left out stays. status and tier: instance tokens with ORG_MANAGE.',
  fields: (t) => ({
    orgId: t.id({ required: true, description: 'Global id of the org.' }),
    name: t.string({ description: 'Its new name.' }),
    status: t.field({ type: OrgStatusType, description: 'Its new status.' }),
    tier: t.field({
      type: OrgTierType,
      description: 'Its new tier; who is in stays in, even above the new limits.',
    }),
  }),
})

const UpdateOrgPayload = orgPayload(
  'UpdateOrgPayload',
  'The org is changed, as far as there was anything to change.',
)

builder.mutationField('updateOrg', (t) =>
  t.field({
    type: resultOf('UpdateOrgResult', UpdateOrgPayload, [
      NotFoundError,
      PermissionDeniedError,
      InvalidInputError,
      OrgNameTakenError,
      OrgNotActiveError,
    ]),
    description: 'Renames an org (ORG_UPDATE); sets its status and tier (ORG_MANAGE).',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: UpdateOrgInput, required: true, description: 'What to change.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      org: await app.transact((tx) =>
        updateOrg(tx, actor, { ...input, orgId: decodeId('Org', input.orgId) }),
      ),
    }),
  }),
)

const DeleteOrgInput = builder.inputType('DeleteOrgInput', {
  description: 'Which org to delete.',
  fields: (t) => ({ orgId: t.id({ required: true, description: 'Global id of the org.' }) }),
})

const DeleteOrgPayload = builder.objectRef<{ orgId: string }>('DeleteOrgPayload').implement({
  description: 'The org is going: DEPROVISIONING now, gone for good within seconds.',
  fields: (t) => ({ orgId: t.exposeID('orgId', { description: 'Global id that the org had.' }) }),
})

builder.mutationField('deleteOrg', (t) =>
  t.field({
    type: resultOf('DeleteOrgResult', DeleteOrgPayload, [
      NotFoundError,
      PermissionDeniedError,
      OrgHasResourcesError,
    ]),
    description:
      'Deletes an org with members, invites, domains, tokens and events (ORG_DELETE), unless the host application says that it still owns something. Who watches it gets the last events, and then completion.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: DeleteOrgInput, required: true, description: 'Which org.' }) },
    resolve: async (_root, { input }, { app, actor }) => {
      await app.transact((tx) => deleteOrg(tx, actor, decodeId('Org', input.orgId)))
      return { orgId: input.orgId }
    },
  }),
)

const SetOrgResourceCountInput = builder.inputType('SetOrgResourceCountInput', {
  description: 'What the host application knows of one org.',
  fields: (t) => ({
    orgId: t.id({ required: true, description: 'Global id of the org.' }),
    kind: t.string({
      required: true,
      description: 'A kind of thing, in the host application’s words: 1 to 100 characters.',
    }),
    count: t.int({ required: true, description: 'How many the org owns, 0 or more.' }),
  }),
})

const SetOrgResourceCountPayload = orgPayload('SetOrgResourceCountPayload', 'The count is kept.')

builder.mutationField('setOrgResourceCount', (t) =>
  t.field({
    type: resultOf('SetOrgResourceCountResult', SetOrgResourceCountPayload, [
      NotFoundError,
      PermissionDeniedError,
      InvalidInputError,
    ]),
    description: 'Tells how many things of a kind an org owns, which blocks its deletion (ORG_MANAGE).',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: SetOrgResourceCountInput, required: true, description: 'The count.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      org: await app.transact((tx) =>
        setOrgResourceCount(tx, actor, { ...input, orgId: decodeId('Org', input.orgId) }),
      ),
    }),
  }),
)
