import { createApiToken } from '../../domain/apiTokens/createApiToken.js'
import { revokeApiToken } from '../../domain/apiTokens/revokeApiToken.js'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
} from '../../domain/core/refusal.js'
import { optionalId, requiredId } from '../idField.js'
import { mutation } from '../mutation.js'
import { ApiTokenType } from '../types/apiToken.js'
import { PermissionType } from '../types/permission.js'

mutation('createApiToken', {
  description:
    'Creates an API token (API_TOKEN_MANAGE). It never has more permissions than its creator has at the moment. Limits: how many tokens are valid at once, and how long the chain of tokens is that create one another.',
  input: (t) => ({
    orgId: optionalId(
      t,
      'Org',
      'Global id of the token’s org. If left out, the token is an instance token, which only an instance token can create.',
    ),
    name: t.string({ required: true, description: 'What the token is for: 1 to 100 characters.' }),
    permissions: t.field({
      type: [PermissionType],
      required: true,
      description: 'What the token may do. Only permissions that its creator has.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When the token becomes invalid. Not later than the token that creates it. If left out: when that token expires, else never.',
    }),
  }),
  refusals: [NotFoundError, PermissionDeniedError, InvalidInputError, OrgNotActiveError, LimitReachedError],
  operation: (tx, actor, input) => createApiToken(tx, actor, input),
  payload: (t) => ({
    apiToken: t.expose('apiToken', { type: ApiTokenType, description: 'The token.' }),
    secret: t.exposeString('secret', {
      description: 'The secret to send as `Authorization: Bearer`. It is shown only here.',
    }),
  }),
})

mutation('revokeApiToken', {
  description:
    'Revokes an API token at once (API_TOKEN_MANAGE), all tokens that it created, and the pending invites that they sent.',
  input: (t) => ({ apiTokenId: requiredId(t, 'ApiToken', 'Global id of the token.') }),
  refusals: [NotFoundError, PermissionDeniedError],
  operation: (tx, actor, { apiTokenId }) => revokeApiToken(tx, actor, apiTokenId),
  payload: (t) => ({
    apiToken: t.field({ type: ApiTokenType, description: 'The token.', resolve: (token) => token }),
  }),
})
