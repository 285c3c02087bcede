import { createOrgAccessToken } from '../../domain/accessTokens/createOrgAccessToken.js'
import { InvalidInputError, NotFoundError, RateLimitedError } from '../../domain/core/refusal.js'
import { requiredId } from '../idField.js'
import { mutation } from '../mutation.js'

mutation('createOrgAccessToken', {
  description:
    'Signs a short-lived JWT with what the viewer may do in an org, for other back ends of the host application. They verify it with the keys at `/.well-known/jwks.json`. Only for members: an API token gets NotFoundError. Guildhall itself does not accept it as a sign-in.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    audience: t.string({
      description:
        'Who shall accept the token: one of the server’s setting TOKEN_AUDIENCES. If left out, the first of them.',
    }),
  }),
  refusals: [NotFoundError, InvalidInputError, RateLimitedError],
  run: (input, { app, actor }) => createOrgAccessToken(app.database, app.accessTokens, actor, input),
  payload: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'The JWT, signed with ES256.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'The time in its claim `exp`.' }),
  }),
})
