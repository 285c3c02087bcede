import { deleteUser, SoleOwnerError } from '../../domain/accounts/deleteUser.js'
import { InvalidInputError, NotFoundError, PermissionDeniedError } from '../../domain/core/refusal.js'
import { upsertUser } from '../../domain/users/upsertUser.js'
import { exposeId, requiredId } from '../idField.js'
import { usersById } from '../loaders/user.js'
import { mutation } from '../mutation.js'

mutation('upsertUser', {
  description:
    'Creates an account before its first sign-in, or updates it: instance tokens with USER_MANAGE. A new account counts as a sign-up: with a verified address in an org’s domain, it joins that org.',
  input: (t) => ({
    subject: t.string({ required: true, description: 'The `sub` of the identity provider.' }),
    email: t.string({ required: true, description: 'One e-mail address, without a display name.' }),
    emailVerified: t.boolean({
      required: true,
      description: 'Whether the host application has verified the address.',
    }),
    name: t.string({ description: 'The display name. If left out, a known name stays.' }),
    previousSubject: t.string({
      description:
        'The old `sub`, if the identity provider has given the account a new one. The account goes on under `subject`. Refused if no account is known by the old one, or another account by the new one.',
    }),
  }),
  refusals: [PermissionDeniedError, InvalidInputError],
  run: (input, { app, actor }) => upsertUser(app.transact, actor, input, app.clock.now()),
  payload: (t) => ({
    user: t.field({
      type: 'User',
      description: 'The account.',
      resolve: async ({ userId }, _args, context) => {
        const user = await usersById(context).load(userId)
        if (!user) throw new Error(`user ${userId} vanished`)
        return user
      },
    }),
    created: t.exposeBoolean('created', { description: 'Whether the account is new.' }),
  }),
})

mutation('deleteUser', {
  description:
    'Deletes an account for good: one’s own, or any for instance tokens with USER_MANAGE. Its memberships end, its pending invites, those it sent and those to it, and its API tokens are revoked, and its name, address and `sub` are erased. Refused while an org has no other owner. Events stay, without the user.',
  input: (t) => ({ userId: requiredId(t, 'User', 'Global id of the user.') }),
  refusals: [NotFoundError, PermissionDeniedError, SoleOwnerError],
  operation: async (tx, actor, { userId }) => {
    await deleteUser(tx, actor, userId)
    return { userId }
  },
  payload: (t) => ({ userId: exposeId(t, 'User', 'userId', 'Global id of the deleted user.') }),
})
