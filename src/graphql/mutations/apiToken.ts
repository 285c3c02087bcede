import type { ApiToken } from '../../domain/apiTokens/apiToken.js'
import { createApiToken } from '../../domain/apiTokens/createApiToken.js'
import { revokeApiToken } from '../../domain/apiTokens/revokeApiToken.js'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
} from '../../domain/core/refusal.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { ApiTokenType } from '../types/apiToken.js'
import { PermissionType } from '../types/permission.js'
import { resultOf } from '../types/refusals.js'

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  description: 'A token to make. Without orgId: an instance token, which only an instance token can make.',
  fields: (t) => ({
    orgId: t.id({ description: 'Global id of the org it is for.' }),
    name: t.string({ required: true, description: 'What it is for: 1 to 100 characters.' }),
    permissions: t.field({
      type: [PermissionType],
      required: true,
      description: 'What it may do: nothing that its maker may not.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'From when on it is not valid any more. Left out: never, or when the token that makes it expires. Not later than that.',
    }),
  }),
})

const CreateApiTokenPayload = builder
  .objectRef<{ apiToken: ApiToken; secret: string }>('CreateApiTokenPayload')
  .implement({
    description: 'The token is made.',
    fields: (t) => ({
      apiToken: t.field({
        type: ApiTokenType,
        description: 'The token.',
        resolve: ({ apiToken }) => apiToken,
      }),
      secret: t.exposeString('secret', { description: 'What to send as Bearer. Shown this once.' }),
    }),
  })

builder.mutationField('createApiToken', (t) =>
  t.field({
    type: resultOf('CreateApiTokenResult', CreateApiTokenPayload, [
      NotFoundError,
      PermissionDeniedError,
      InvalidInputError,
      OrgNotActiveError,
      LimitReachedError,
    ]),
    description:
      'Makes an API token (API_TOKEN_MANAGE) that may do no more than its maker, now and later. How many are valid at once, and how many may make one another, is limited.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: CreateApiTokenInput, required: true, description: 'The token.' }) },
    resolve: (_root, { input }, { app, actor }) =>
      app.transact((tx) =>
        createApiToken(tx, actor, {
          ...input,
          orgId: input.orgId == null ? undefined : decodeId('Org', input.orgId),
        }),
      ),
  }),
)

const RevokeApiTokenInput = builder.inputType('RevokeApiTokenInput', {
  description: 'Which token to end.',
  fields: (t) => ({ apiTokenId: t.id({ required: true, description: 'Global id of the token.' }) }),
})

const RevokeApiTokenPayload = builder.objectRef<{ apiToken: ApiToken }>('RevokeApiTokenPayload').implement({
  description: 'The token is not valid any more.',
  fields: (t) => ({
    apiToken: t.field({ type: ApiTokenType, description: 'The token.', resolve: ({ apiToken }) => apiToken }),
  }),
})

builder.mutationField('revokeApiToken', (t) =>
  t.field({
    type: resultOf('RevokeApiTokenResult', RevokeApiTokenPayload, [NotFoundError, PermissionDeniedError]),
    description:
      'Ends an API token at once (API_TOKEN_MANAGE), with the tokens that it made and the pending invites of all of them.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: RevokeApiTokenInput, required: true, description: 'Which token.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      apiToken: await app.transact((tx) => revokeApiToken(tx, actor, decodeId('ApiToken', input.apiTokenId))),
    }),
  }),
)
