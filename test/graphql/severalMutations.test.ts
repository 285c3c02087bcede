import { describe, expect, it } from 'vitest'
import { createOrg, invite, join } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'

const testServer = useTestServer()

describe('with several mutations in one request, each answers with the state right after it', () => {
  it('in counts and lists', async () => {
    const orgId = await createOrg(await testServer.signUp())
    const set = `... on SetOrgResourceCountPayload { org { resources { kind } } }`
    const document = `mutation($one: SetOrgResourceCountInput!, $other: SetOrgResourceCountInput!) {
      one: setOrgResourceCount(input: $one) { ${set} }
      other: setOrgResourceCount(input: $other) { ${set} }
    }`
    const { data } = await testServer.instance.ask(document, {
      one: { orgId, kind: 'a', count: 1 },
      other: { orgId, kind: 'b', count: 1 },
    })
    expect(data.one.org.resources).toEqual([{ kind: 'a' }])
    expect(data.other.org.resources).toEqual([{ kind: 'a' }, { kind: 'b' }])
  })

  it('in permissions: a caller who has just lost a right no longer has it', async () => {
    const [owner, admin] = [await testServer.signUp(), await testServer.signUp()]
    const orgId = await createOrg(owner)
    await join(owner, orgId, admin, ['ADMIN'])
    await invite(owner, orgId, 'secret@new.example')
    const seen = `org {
      viewerPermissions viewerAssignableRoles viewerOrgUser { roles }
      invites { nodes { email } } inviteCounts { pending } events { nodes { seq } } eventCursor
    }`
    const document = `mutation($name: UpdateOrgInput!, $me: UpdateOrgUserRolesInput!) {
      updateOrg(input: $name) { ... on UpdateOrgPayload { ${seen} } }
      updateOrgUserRoles(input: $me) { ... on UpdateOrgUserRolesPayload { ${seen} } }
    }`
    const { data, errors } = await admin.ask(document, {
      name: { orgId, name: `Org ${crypto.randomUUID()}` },
      me: { orgId, userId: admin.id, add: ['USER'], remove: ['ADMIN'] },
    })
    expect(errors).toBeUndefined()
    expect(data.updateOrg.org).toMatchObject({
      viewerAssignableRoles: ['USER', 'ADMIN'],
      viewerOrgUser: { roles: ['ADMIN'] },
      invites: { nodes: [{ email: 'secret@new.example' }, { email: admin.email }] },
    })
    expect(data.updateOrgUserRoles.org).toEqual({
      viewerPermissions: ['ORG_READ', 'MEMBER_READ'],
      viewerAssignableRoles: [],
      viewerOrgUser: { roles: ['USER'] },
      invites: null,
      inviteCounts: null,
      events: null,
      eventCursor: null,
    })
  })
})
