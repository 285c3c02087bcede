import { AppRoleInUseError, deleteAppRole } from '../../domain/appRoles/deleteAppRole.js'
import { upsertAppRole } from '../../domain/appRoles/upsertAppRole.js'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  PermissionDeniedError,
} from '../../domain/core/refusal.js'
import { exposeId, requiredId } from '../idField.js'
import { mutation } from '../mutation.js'
import { AppRoleType } from '../types/appRole.js'
import { OrgRoleNameType } from '../types/permission.js'

mutation('upsertAppRole', {
  description:
    'Creates an app role, or changes the one with this key to what is given: instance tokens with APP_ROLE_MANAGE. Members who have it keep it. If it needs a higher rank than before, pending invites that grant it are revoked, unless their senders have that rank. The instance can have 200.',
  input: (t) => ({
    key: t.string({
      required: true,
      description: 'a to z first, then a to z, 0 to 9 and _ . : -, at most 63 characters.',
    }),
    name: t.string({ required: true, description: 'The name for people: 1 to 100 characters.' }),
    description: t.string({
      description: 'What the role is for: at most 1,000 characters. If left out, it has none.',
    }),
    permissions: t.stringList({
      required: true,
      description: 'What it permits: at most 200, each with 1 to 100 visible characters.',
    }),
    assignableBy: t.field({
      type: OrgRoleNameType,
      defaultValue: 'ADMIN',
      description: 'The lowest rank that may grant it and take it away.',
    }),
  }),
  refusals: [PermissionDeniedError, InvalidInputError, LimitReachedError],
  operation: (tx, actor, input) => upsertAppRole(tx, actor, input),
  payload: (t) => ({
    appRole: t.expose('appRole', { type: AppRoleType, description: 'The app role as it is now.' }),
    created: t.exposeBoolean('created', { description: 'Whether the app role is new.' }),
  }),
})

mutation('deleteAppRole', {
  description:
    'Deletes an app role that no member and no pending invite has: instance tokens with APP_ROLE_MANAGE. Events and ended invites that name it stay.',
  input: (t) => ({ appRoleId: requiredId(t, 'AppRole', 'Global id of the app role.') }),
  refusals: [NotFoundError, PermissionDeniedError, AppRoleInUseError],
  operation: async (tx, actor, { appRoleId }) => {
    await deleteAppRole(tx, actor, appRoleId)
    return { appRoleId }
  },
  payload: (t) => ({
    appRoleId: exposeId(t, 'AppRole', 'appRoleId', 'Global id of the deleted app role.'),
  }),
})
