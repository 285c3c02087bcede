import { InvalidInputError, PermissionDeniedError } from '../../domain/core/refusal.js'
import { upsertUser } from '../../domain/users/upsertUser.js'
import { builder } from '../builder.js'
import { usersById } from '../loaders/user.js'
import { resultOf } from '../types/refusals.js'

const UpsertUserInput = builder.inputType('UpsertUserInput', {
  description: 'An account as the host application knows it.',
  fields: (t) => ({
    subject: t.string({ required: true, description: 'The `sub` of the identity provider.' }),
    email: t.string({ required: true, description: 'One address, plain: no display name.' }),
    emailVerified: t.boolean({
      required: true,
      description: 'Whether the host application vouches for the address.',
    }),
    name: t.string({ description: 'As people know them. Left out, a known name stays.' }),
  }),
})

const UpsertUserPayload = builder
  .objectRef<{ userId: string; created: boolean }>('UpsertUserPayload')
  .implement({
    description: 'The account is known now.',
    fields: (t) => ({
      user: t.field({
        type: 'User',
        description: 'The account.',
        resolve: async ({ userId }, _args, context) => {
          const user = await usersById(context).load(userId)
          if (!user) throw new Error(`user ${userId} vanished`)
          return user
        },
      }),
      created: t.exposeBoolean('created', {
        description: 'Whether it was not known before, and so has signed up.',
      }),
    }),
  })

const UpsertUserResult = resultOf('UpsertUserResult', UpsertUserPayload, [
  PermissionDeniedError,
  InvalidInputError,
])

builder.mutationField('upsertUser', (t) =>
  t.field({
    type: UpsertUserResult,
    description:
      'Makes an account known before its first sign-in, or brings it up to date: instance tokens with USER_MANAGE. At creation it counts as signing up, so a verified address in an org’s domain joins that org.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: UpsertUserInput, required: true, description: 'The account.' }) },
    resolve: (_root, { input }, { app, actor }) => upsertUser(app.transact, actor, input, app.clock.now()),
  }),
)
