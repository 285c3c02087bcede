import { type MembershipMirror, membershipMirror, verifyWebhook, WebhookError } from '@guildhall/node'
import { requireAccessToken } from '@guildhall/node/express'
import express, { type Express } from 'express'

export interface Options {
  /** Where Guildhall runs, such as https://guildhall.example.com. */
  readonly guildhallUrl: string
  /** Guildhall's TOKEN_ISSUER, or its APP_URL. */
  readonly issuer: string
  /** The name of this back end in Guildhall's TOKEN_AUDIENCES. */
  readonly audience: string
  /** The secret of the webhook, whsec_… */
  readonly webhookSecret: string
  readonly mirror: MembershipMirror
  /** Called when somebody is not a member of an org any more. */
  onGone(userId: string, orgId: string): void
}

/** Knows all memberships. The token has ORG_READ, MEMBER_READ and EVENT_READ of the instance. */
export async function openMirror(guildhallUrl: string, token: string): Promise<MembershipMirror> {
  const mirror = membershipMirror({
    url: `${guildhallUrl}/graphql`,
    token,
    orgs: 'all',
    maxStalenessMs: 5_000,
    onError: (error) => console.error('The mirror of memberships needs help:', error),
  })
  await mirror.ready()
  return mirror
}

/** A back end of your product: it keeps the projects of orgs. */
export function projectsBackEnd({
  guildhallUrl,
  issuer,
  audience,
  webhookSecret,
  mirror,
  onGone,
}: Options): Express {
  const app = express()
  const projects = new Map<string, string[]>()

  // The signature counts for the bytes, so this body must not be parsed.
  app.post('/webhooks/guildhall', express.raw({ type: 'application/json' }), (request, response) => {
    try {
      const message = verifyWebhook(request.body, request.headers, webhookSecret)
      if (message.type === 'org_user.removed' || message.type === 'org_user.left')
        onGone(message.data.event.userId, message.data.orgId)
      response.sendStatus(204)
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error
      response.status(401).json({ error: error.code })
    }
  })

  const jwksUrl = `${guildhallUrl}/.well-known/jwks.json`
  app.use('/projects', requireAccessToken({ jwksUrl, issuer, audience }), express.json())

  app.get('/projects', ({ caller }, response) => {
    response.json(projects.get(caller?.orgId ?? '') ?? [])
  })

  app.post('/projects', ({ caller, body }, response) => {
    if (!caller?.appPermissions.includes('project:write')) return void response.sendStatus(403)
    projects.set(caller.orgId, [...(projects.get(caller.orgId) ?? []), String(body.name)])
    response.sendStatus(201)
  })

  app.delete('/projects', ({ caller }, response) => {
    // As of now, and not as of when the token was signed.
    if (!caller || !mirror.can(caller.userId, caller.orgId, 'project:write'))
      return void response.sendStatus(403)
    projects.delete(caller.orgId)
    response.sendStatus(204)
  })

  return app
}
