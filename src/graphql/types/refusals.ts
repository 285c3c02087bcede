import type { ObjectRef } from '@pothos/core'
import type { InputIssue } from '../../domain/core/inputIssue.js'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RateLimitedError,
  type Refusal,
  RoleNotGrantableError,
} from '../../domain/core/refusal.js'
import { builder, type SchemaTypes } from '../builder.js'
import { OrgRoleNameType, OrgStatusType, PermissionType } from './permission.js'

/** No input has more fields to be wrong, or nearly so. */
const MAX_ISSUES = 10

export const ErrorInterface = builder.interfaceRef<Refusal>('Error').implement({
  description:
    'A refusal that the person using the client can act on. Branch on `__typename`, show `message`.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'One or two sentences in English, fit to be shown.' }),
  }),
})

/** Any refusal's class. */
// biome-ignore lint/suspicious/noExplicitAny: constructors differ in their arguments, and nothing here calls one
export type RefusalClass = new (...args: any[]) => Refusal

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeString('path', { description: "Dotted, from the input's root: `invitee.email`." }),
    message: t.exposeString('message', { description: 'What is wrong, and what would be right.' }),
  }),
})

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  interfaces: [ErrorInterface],
  description: 'There is no such thing, or the viewer may not know of it; the two look alike.',
})

builder.objectType(PermissionDeniedError, {
  name: 'PermissionDeniedError',
  interfaces: [ErrorInterface],
  description: 'The viewer may know of the thing and may not do this with it.',
  fields: (t) => ({
    permission: t.field({
      type: PermissionType,
      description: 'What would be needed.',
      resolve: ({ permission }) => permission,
    }),
  }),
})

builder.objectType(RoleNotGrantableError, {
  name: 'RoleNotGrantableError',
  interfaces: [ErrorInterface],
  description: "The act grants, takes away or touches a role above the viewer's rank. Nothing was changed.",
  fields: (t) => ({
    role: t.field({
      type: OrgRoleNameType,
      description: 'The role that is too high.',
      resolve: ({ role }) => role,
    }),
  }),
})

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  interfaces: [ErrorInterface],
  description: 'Something in the input has the right type and a wrong value. Nothing was changed.',
  fields: (t) => ({
    issues: t.field({
      extensions: { maxItems: MAX_ISSUES },
      type: [InputIssueType],
      description: 'Everything that is wrong, not only the first.',
      resolve: ({ issues }) => issues,
    }),
  }),
})

builder.objectType(OrgNotActiveError, {
  name: 'OrgNotActiveError',
  interfaces: [ErrorInterface],
  description:
    'The org is being set up or taken down: nothing is added or changed in it, though things may be taken away.',
  fields: (t) => ({
    orgStatus: t.field({
      type: OrgStatusType,
      description: "The org's status at that moment.",
      resolve: ({ orgStatus }) => orgStatus,
    }),
  }),
})

builder.objectType(LimitReachedError, {
  name: 'LimitReachedError',
  interfaces: [ErrorInterface],
  description: "The org's tier has no room for one more.",
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'How many there can be.' }),
  }),
})

builder.objectType(RateLimitedError, {
  name: 'RateLimitedError',
  interfaces: [ErrorInterface],
  description: 'Too much of this in one day.',
  fields: (t) => ({
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      description: 'When it can be tried again, in seconds.',
    }),
  }),
})

/** Defines a mutation's union: its payload, and the refusals that its operation may throw. */
export function resultOf<Payload>(
  name: string,
  payload: ObjectRef<SchemaTypes, Payload>,
  refusals: RefusalClass[],
) {
  const payloadName = name.replace(/Result$/, 'Payload')
  return builder.errorUnion(name, {
    description: `What became of it: ${payloadName} if it was done, else the reason why not.`,
    types: [payload, ...(refusals as never[])],
    resolveType: () => payloadName,
  })
}
