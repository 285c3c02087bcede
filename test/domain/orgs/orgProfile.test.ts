import { describe, expect, it, vi } from 'vitest'
import { createOrg, mutate, readOrg } from '../../support/mutate.js'
import { createToken, readEverything, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)
const newName = () => `Org ${crypto.randomUUID()}`
const newSlug = () => `s-${crypto.randomUUID()}`
const fields = 'org { id name slug logoUrl externalId metadata }'

const create = (client: Client, input: Record<string, unknown>) =>
  mutate(client, 'createOrg', { name: newName(), ...input }, fields)
const createAsHost = (input: Record<string, unknown>) =>
  create(testServer.instance, { ownerId: people.owner.id, ...input })
const update = (client: Client, orgId: string, input: Record<string, unknown>) =>
  mutate(client, 'updateOrg', { orgId, ...input }, fields)
const newestEvents = async (orgId: string, count: number) =>
  (await readOrg(testServer.instance, orgId)).events.nodes.slice(-count)
const bySlug = async (client: Client, slug: string) =>
  (await client.ask('query($slug: String!) { orgBySlug(slug: $slug) { id } }', { slug })).data.orgBySlug

/** Checks that an input is refused with one issue, by createOrg and by updateOrg. */
async function expectRefused(path: string, value: unknown) {
  const refused = { __typename: 'InvalidInputError', issues: [{ path }] }
  expect(await createAsHost({ [path]: value })).toMatchObject(refused)
  const orgId = await createOrg(people.owner)
  const before = await readEverything(testServer, orgId)
  expect(await update(testServer.instance, orgId, { [path]: value })).toMatchObject(refused)
  expect(await readEverything(testServer, orgId)).toEqual(before)
}

describe('the slug of an org', () => {
  it('is made of the name if it is left out', async () => {
    const nonce = crypto.randomUUID()
    for (const [name, slug] of [
      [`Zürich Café ${nonce}`, `zurich-cafe-${nonce}`],
      [`  Smith & Sons' -- ${nonce}!`, `smith-sons-${nonce}`],
      [`STRASSE STRAßE ${nonce}`, `strasse-strasse-${nonce}`],
      [`Москва ${nonce}`, `moskva-${nonce}`],
      [`Αθήνα ${nonce}`, `athina-${nonce}`],
      [`東京 ${nonce}`, `dong-jing-${nonce}`],
      [`서울 ${nonce}`, `seoul-${nonce}`],
      [`Đà Nẵng ${nonce}`, `da-nang-${nonce}`],
      [`🚀 ＷＩＤＥ ${nonce} 🚀`, `wide-${nonce}`],
      [`_${nonce}_`, nonce],
    ] as const)
      expect((await create(people.owner, { name })).org.slug).toBe(slug)
    expect((await create(people.owner, { name: `${nonce}`, slug: null })).org.slug).toBe(`${nonce}-2`)
  })

  it('has 63 characters at most, also with a number', async () => {
    const long = `${crypto.randomUUID()}-${'x'.repeat(60)}`
    const slugs = []
    for (const end of ['', '!', '?']) slugs.push((await create(people.owner, { name: long + end })).org.slug)
    expect(slugs).toEqual([long.slice(0, 63), `${long.slice(0, 61)}-2`, `${long.slice(0, 61)}-3`])
  })

  it('is org where nothing of the name is left, with a number where it is taken', async () => {
    const taken: string[] = []
    for (const name of ['🚀', '🚀🚀', '🚀🚀🚀', '🚀🚀🚀🚀', '—'])
      taken.push((await create(people.owner, { name })).org.slug)
    expect(taken).toEqual(['org', 'org-2', 'org-3', 'org-4', 'org-5'])
  })

  it('can be given, and is found by orgBySlug in exactly this form', async () => {
    for (const slug of ['a', `0--${crypto.randomUUID()}-a`, `${crypto.randomUUID()}${'z'.repeat(27)}`]) {
      const { org } = await create(people.owner, { slug })
      expect(org.slug).toBe(slug)
      expect(await bySlug(people.owner, slug)).toEqual({ id: org.id })
      expect(await bySlug(people.outsider, slug)).toBeNull()
      expect(await bySlug(testServer.nobody, slug)).toBeNull()
      expect(await bySlug(people.owner, slug.toUpperCase())).toBeNull()
    }
  })

  it.each([
    '',
    '-',
    '-a',
    'a-',
    'Acme',
    'ACME',
    'a b',
    'a_b',
    'ä',
    'a.b',
    'a\n',
    ' a',
    'a'.repeat(64),
    '𝐚',
    'a\0',
  ])('%j is refused', (slug) => expectRefused('slug', slug))

  it('does not change with the name, and is free again at once', async () => {
    const slug = newSlug()
    const { org } = await create(people.owner, { slug })
    expect((await update(people.owner, org.id, { name: newName() })).org.slug).toBe(slug)
    const other = newSlug()
    expect((await update(people.owner, org.id, { slug: other })).org.slug).toBe(other)
    expect(await bySlug(people.owner, slug)).toBeNull()
    expect((await create(people.outsider, { slug })).org.slug).toBe(slug)
    await mutate(people.owner, 'deleteOrg', { orgId: org.id })
    await vi.waitFor(
      async () =>
        expect(await create(people.outsider, { slug: other })).toMatchObject({
          __typename: 'CreateOrgPayload',
        }),
      { timeout: 10_000, interval: 200 },
    )
  })

  it('that is taken changes nothing', async () => {
    const slug = newSlug()
    const holder = (await create(people.owner, { slug })).org.id
    const orgId = await createOrg(people.outsider)
    const before = await readEverything(testServer, orgId)
    expect(await update(people.outsider, orgId, { name: newName(), slug })).toMatchObject({
      __typename: 'OrgSlugTakenError',
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(await update(people.owner, holder, { slug })).toMatchObject({ org: { slug } })
  })
})

describe('the logo of an org', () => {
  it('is a URL that is kept as it is, until null removes it', async () => {
    const longest = `https://logos.example/${'x'.repeat(2_026)}`
    for (const logoUrl of ['https://logos.example/a.svg?v=1#top', 'HTTPS://LOGOS.example', longest]) {
      const { org } = await create(people.owner, { logoUrl })
      expect(org.logoUrl).toBe(logoUrl)
      expect((await update(people.admin, org.id, { logoUrl: null })).__typename).toBe('NotFoundError')
      expect((await update(people.owner, org.id, { name: newName() })).org.logoUrl).toBe(logoUrl)
      expect((await update(people.owner, org.id, { logoUrl: null })).org.logoUrl).toBeNull()
    }
  })

  it.each([
    '',
    'http://logos.example/a.svg',
    'javascript:alert(1)',
    'data:image/svg+xml,<svg/>',
    '//logos.example/a.svg',
    'https:logos.example',
    'https://',
    'https:///a.svg',
    'https://logos.example/a b',
    ' https://logos.example/a',
    'https://logos.example/a\n',
    'https://logos.example/"onerror=',
    'https://exa\\mple/',
    'https://[::1/',
    'https://logos.example:99999/',
    `https://logos.example/${'x'.repeat(2_027)}`,
  ])('%j is refused', (logoUrl) => expectRefused('logoUrl', logoUrl))
})

describe('the external id of an org', () => {
  it('has 1 to 255 characters, is found exactly, and is free once it is removed', async () => {
    for (const externalId of ['7', `${crypto.randomUUID()} Größe/№ ${'😀'.repeat(210)}`, ' a ']) {
      const { org } = await createAsHost({ externalId })
      expect(org.externalId).toBe(externalId)
      const find = async (client: Client, id: string) => {
        const query = 'query($id: String!) { orgByExternalId(externalId: $id) { id } }'
        return (await client.ask(query, { id })).data.orgByExternalId
      }
      expect(await find(testServer.instance, externalId)).toEqual({ id: org.id })
      expect(await find(people.owner, externalId)).toEqual({ id: org.id })
      expect(await find(people.outsider, externalId)).toBeNull()
      expect(await find(testServer.nobody, externalId)).toBeNull()
      expect(await find(testServer.instance, `${externalId}x`)).toBeNull()
      expect(await createAsHost({ externalId })).toMatchObject({ __typename: 'OrgExternalIdTakenError' })
      expect((await update(testServer.instance, org.id, { externalId: null })).org.externalId).toBeNull()
      expect(await createAsHost({ externalId })).toMatchObject({ org: { externalId } })
    }
  })

  it.each(['', 'a\0', 'a\nb', '\u0085', '\ud800', 'x'.repeat(256), '😀'.repeat(256)])(
    '%j is refused',
    (externalId) => expectRefused('externalId', externalId),
  )
})

describe('the metadata of an org', () => {
  const sample = {
    plan: 'pro',
    seats: 12,
    ratio: 0.1,
    big: 1e300,
    flags: [true, null, { a: [] }],
    text: 'a\n"b"\\ 😀 \u2028',
    constructor: { prototype: 1 },
    '': '',
  }

  it('is {} at first, replaced as a whole, and read by every member', async () => {
    const { org } = await createAsHost({})
    expect(org.metadata).toEqual({})
    expect((await update(testServer.instance, org.id, { metadata: sample })).org.metadata).toEqual(sample)
    const read = 'query($id: ID!) { org(id: $id) { metadata } }'
    expect((await people.owner.ask(read, { id: org.id })).data.org.metadata).toEqual(sample)
    expect((await update(testServer.instance, org.id, { metadata: { a: 1 } })).org.metadata).toEqual({ a: 1 })
    expect((await update(testServer.instance, org.id, { metadata: null })).org.metadata).toEqual({})
    expect((await createAsHost({ metadata: sample })).org.metadata).toEqual(sample)
  })

  it('can be written into the document', async () => {
    const orgId = await createOrg(people.owner)
    const { data, errors } = await testServer.instance.ask(
      `mutation($orgId: ID!, $name: String!) { updateOrg(input: { orgId: $orgId, metadata: { a: [1, 2.5, "x", true, null], b: { c: $name } } }) {
        ... on UpdateOrgPayload { org { metadata } } } }`,
      { orgId, name: 'Ada' },
    )
    expect(errors).toBeUndefined()
    expect(data.updateOrg.org.metadata).toEqual({ a: [1, 2.5, 'x', true, null], b: { c: 'Ada' } })
  })

  it('has 8,192 bytes of JSON in UTF-8 at most', async () => {
    const orgId = await createOrg(people.owner)
    for (const most of [{ a: 'x'.repeat(8_184) }, { a: 'ß'.repeat(4_092) }, { a: '\n'.repeat(4_092) }]) {
      expect(Buffer.byteLength(JSON.stringify(most))).toBe(8_192)
      expect((await update(testServer.instance, orgId, { metadata: most })).org.metadata).toEqual(most)
      await expectRefused('metadata', { a: `${most.a}x` })
    }
  })

  it.each([
    ['an array', []],
    ['a text', 'text'],
    ['a number', 1],
    ['true', true],
    ['a key that changes a prototype', JSON.parse('{"__proto__":{"isAdmin":true}}')],
    ['such a key further in', JSON.parse('{"a":[{"__proto__":null}]}')],
    ['NUL', { a: '\0' }],
    ['half a surrogate pair', { a: '\ud800' }],
    ['half a surrogate pair in a key', { '\udc00': 1 }],
    ['65 levels', JSON.parse(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`)],
  ])('%s is refused', async (_what, metadata) => {
    await expectRefused('metadata', metadata)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('refuses a number that JSON cannot hold', async () => {
    const orgId = await createOrg(people.owner)
    const { data } = await testServer.instance.ask(
      'mutation($orgId: ID!) { updateOrg(input: { orgId: $orgId, metadata: { a: 1e999 } }) { __typename } }',
      { orgId },
    )
    expect(data.updateOrg.__typename).toBe('InvalidInputError')
  })

  it('can be nested 64 levels deep', async () => {
    const deep = JSON.parse(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`)
    expect((await createAsHost({ metadata: deep })).org.metadata).toEqual(deep)
  })
})

describe('what the host application keeps with an org', () => {
  it.each([{ externalId: 'mine' }, { metadata: {} }, { metadata: [] }, { externalId: '', slug: 'Bad' }])(
    'cannot be given by a person: %j',
    async (input) => {
      const denied = { __typename: 'PermissionDeniedError', permission: 'ORG_MANAGE' }
      expect(await create(people.owner, input)).toMatchObject(denied)
      const orgId = await createOrg(people.owner)
      const parts = 'slug' in input ? { externalId: input.externalId } : input
      expect(await update(people.owner, orgId, parts)).toMatchObject(denied)
    },
  )

  it('can be given with ORG_CREATE to a new org, and with ORG_MANAGE to any', async () => {
    const creator = await createToken(testServer, testServer.instance, ['ORG_CREATE'])
    const manager = await createToken(testServer, testServer.instance, ['ORG_MANAGE'])
    const externalId = crypto.randomUUID()
    const made = await mutate(creator, 'createOrg', {
      name: newName(),
      ownerId: people.owner.id,
      externalId,
      metadata: { a: 1 },
    })
    expect(made.__typename).toBe('CreateOrgPayload')
    const orgId = await createOrg(people.owner)
    expect(await update(manager, orgId, { metadata: { a: 1 } })).toMatchObject({
      org: { metadata: { a: 1 } },
    })
    expect(await update(manager, orgId, { metadata: {}, slug: newSlug() })).toMatchObject({
      __typename: 'PermissionDeniedError',
      permission: 'ORG_UPDATE',
    })
  })
})

describe('the event of a changed profile', () => {
  it('is one for all that changed, the name among them', async () => {
    const orgId = await createOrg(people.owner)
    const before = (await readOrg(testServer.instance, orgId)).events.nodes.length
    const input = {
      name: newName(),
      slug: newSlug(),
      logoUrl: 'https://logos.example/a.svg',
      externalId: crypto.randomUUID(),
      metadata: { secret: 'not for the timeline' },
    }
    await update(testServer.instance, orgId, input)
    const { nodes } = (await readOrg(testServer.instance, orgId)).events
    expect(nodes).toHaveLength(before + 1)
    expect(nodes.at(-1)).toMatchObject({ orgEventType: 'PROFILE_CHANGED', actor: null })
    const { data } = await people.owner.ask(
      'query($id: ID!) { org(id: $id) { events(last: 1) { nodes { ... on OrgChangeEvent { summary } } } } }',
      { id: orgId },
    )
    const [{ summary }] = data.org.events.nodes
    for (const word of [input.name, input.slug, 'logo', 'external id', 'metadata'])
      expect(summary).toContain(word)
    expect(summary).not.toContain('secret')
  })

  it.each([
    ['a slug', () => ({ slug: newSlug() })],
    ['a logo', () => ({ logoUrl: 'https://logos.example/b.svg' })],
    ['an external id', () => ({ externalId: crypto.randomUUID() })],
    ['metadata', () => ({ metadata: { b: [1, { c: null }] } })],
  ])('is written for %s alone, once, and not if nothing changes', async (_what, makeInput) => {
    const orgId = await createOrg(people.owner)
    const input = makeInput()
    await update(testServer.instance, orgId, input)
    expect(await newestEvents(orgId, 2)).toMatchObject([
      { memberEventType: 'JOINED' },
      { orgEventType: 'PROFILE_CHANGED' },
    ])
    const before = await readEverything(testServer, orgId)
    expect(await update(testServer.instance, orgId, input)).toMatchObject({ org: input })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('is not written for metadata whose keys come in another order', async () => {
    const orgId = await createOrg(people.owner)
    await update(testServer.instance, orgId, { metadata: { a: 1, bb: 2 } })
    const before = await readEverything(testServer, orgId)
    await update(testServer.instance, orgId, { metadata: { bb: 2, a: 1 } })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('is RENAMED if the name alone changes, and stands beside those of status and tier', async () => {
    const { org } = await create(people.owner, { slug: newSlug() })
    await update(people.owner, org.id, { name: newName(), slug: org.slug, logoUrl: null })
    expect(await newestEvents(org.id, 1)).toMatchObject([
      { orgEventType: 'RENAMED', actor: { id: people.owner.id } },
    ])
    await update(testServer.instance, org.id, { slug: newSlug(), tier: 'PREMIUM' })
    expect(await newestEvents(org.id, 2)).toMatchObject([
      { orgEventType: 'PROFILE_CHANGED' },
      { orgEventType: 'TIER_CHANGED' },
    ])
  })

  it('reaches a subscriber with the profile as it is now', async () => {
    const { org } = await create(people.owner, {})
    const { data } = await people.owner.ask('query($id: ID!) { org(id: $id) { eventCursor } }', {
      id: org.id,
    })
    const slug = newSlug()
    await update(testServer.instance, org.id, { slug, metadata: { a: 1 } })
    const event = await firstEvent(people.owner, org.id, data.org.eventCursor)
    expect(event).toEqual({ orgEventType: 'PROFILE_CHANGED', org: { slug, metadata: { a: 1 } } })
  })
})

/** The first event after a cursor, from a subscription over SSE. */
async function firstEvent(client: Client, orgId: string, after: string) {
  const response = await fetch(`${testServer.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: client.authorization ?? '',
    },
    body: JSON.stringify({
      query: `subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) {
        ... on OrgChangeEvent { orgEventType } org { slug metadata } } }`,
      variables: { orgId, after },
    }),
  })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    const [, json] = /^data: (\{.*\})$/m.exec(text) ?? []
    if (json) return JSON.parse(json).data.orgEvents
  }
  throw new Error(`no event: ${text}`)
}
