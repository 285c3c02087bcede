import { afterAll, describe, expect, it } from 'vitest'
import { backEnd } from '../../examples/host/backEnd.js'
import { openInvite } from '../../examples/host/invitePage.js'
import { readOrg } from '../support/mutate.js'
import { makeKey, signWith, startOpenIdProvider } from '../support/openIdProvider.js'
import { APP_URL, INSTANCE_TOKEN, useTestServer } from '../support/testServer.js'

const ISSUER = 'https://login.example.com/'
const AUDIENCE = 'https://api.example.com'

describe('the host application example with an OpenID provider', async () => {
  const provider = await startOpenIdProvider()
  const key = await makeKey('ES256')
  provider.publish(key.jwk)
  afterAll(() => provider.close())
  const testServer = useTestServer({
    env: {
      AUTH_JWT_SECRET: '',
      AUTH_JWKS_URL: provider.jwksUrl,
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      INSTANCE_TOKEN,
    },
  })

  const accessToken = (sub: string) =>
    signWith(key, {
      sub,
      iss: ISSUER,
      aud: AUDIENCE,
      email: `${sub}@example.com`,
      email_verified: true,
      name: sub,
    })
  const backend = () => backEnd(testServer.url, INSTANCE_TOKEN)
  const known = (sub: string) => backend().knowUser({ subject: sub, email: `${sub}@example.com`, name: sub })

  async function orgOf(owner: string): Promise<string> {
    return backend().openOrg(`${owner}’s workspace`, await known(owner), `workspace of ${owner}`)
  }

  async function linkTo(orgId: string, email: string): Promise<string> {
    const link = await backend().inviteLink(orgId, email)
    expect(link).toMatch(new RegExp(`^${APP_URL}/invites/gi_`))
    return link.slice(`${APP_URL}/invites/`.length)
  }

  it('upserts an account before its first sign-in, so that the owner finds the org', async () => {
    const orgId = await orgOf('ada')
    const owner = testServer.bearer(`Bearer ${await accessToken('ada')}`)
    const { data } = await owner.ask('{ orgs(first: 1) { nodes { id viewerOrgUser { roles } } } }')
    expect(data.orgs.nodes).toEqual([{ id: orgId, viewerOrgUser: { roles: ['OWNER'] } }])
  })

  it('shows the invite, asks the invitee to sign in, and lets them accept', async () => {
    const token = await linkTo(await orgOf('ben'), 'cleo@example.com')
    const stranger = await openInvite(testServer.url, token, null)
    expect(stranger).toMatchObject({ show: 'sign in', preview: { orgName: 'ben’s workspace' } })
    const other = await openInvite(testServer.url, token, await accessToken('drew'))
    expect(other.show === 'answer' && (await other.accept())).toContain('for another address')
    const cleo = await openInvite(testServer.url, token, await accessToken('cleo'))
    expect(cleo.show === 'answer' && (await cleo.accept())).toBe('Welcome to ben’s workspace.')
    expect(await openInvite(testServer.url, token, null)).toMatchObject({
      show: 'over',
      preview: { status: 'ACCEPTED' },
    })
  })

  it('lets the invitee decline', async () => {
    const token = await linkTo(await orgOf('eve'), 'fred@example.com')
    const fred = await openInvite(testServer.url, token, await accessToken('fred'))
    expect(fred.show === 'answer' && (await fred.decline())).toBe('You have declined.')
    expect(await openInvite(testServer.url, token, null)).toMatchObject({
      show: 'over',
      preview: { status: 'DECLINED' },
    })
  })

  it('opens one org for a workspace, however often it is called, and finds it', async () => {
    const orgId = await orgOf('iris')
    expect(await orgOf('iris')).toBe(orgId)
    expect(await backend().orgOf('workspace of iris')).toBe(orgId)
    expect(await backend().orgOf('workspace of nobody')).toBeNull()
  })

  it('adds a member, and knows who may invite', async () => {
    const orgId = await orgOf('jan')
    const kim = await known('kim')
    await backend().addMember(orgId, kim)
    await backend().addMember(orgId, kim)
    expect(await backend().mayInvite(orgId, kim)).toBe(false)
    expect(await backend().mayInvite(orgId, await known('jan'))).toBe(true)
    expect(await backend().mayInvite(orgId, await known('lea'))).toBe(false)
  })

  it('knows no link that was never sent', async () => {
    expect(await openInvite(testServer.url, 'gi_nothing', null)).toEqual({ show: 'unknown' })
  })

  it('answers on behalf of a user, and keeps an org that still owns something', async () => {
    const orgId = await orgOf('gina')
    const hugo = await known('hugo')
    await backend().acceptFor(hugo, await linkTo(orgId, 'hugo@example.com'))
    const { users } = await readOrg(testServer.instance, orgId)
    expect(users.nodes.map(({ user }: { user: { id: string } }) => user.id)).toContain(hugo)
    await backend().countProjects(orgId, 2)
    const deletion = 'mutation($orgId: ID!) { deleteOrg(input: { orgId: $orgId }) { __typename } }'
    const { data } = await testServer.instance.ask(deletion, { orgId })
    expect(data.deleteOrg.__typename).toBe('OrgHasResourcesError')
    await backend().countProjects(orgId, 0)
    const again = await testServer.instance.ask(deletion, { orgId })
    expect(again.data.deleteOrg.__typename).toBe('DeleteOrgPayload')
  })
})
