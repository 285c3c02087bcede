import { decodeProtectedHeader } from 'jose'
import sql from 'sql-template-tag'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Queryable } from '../../../src/database/database.js'
import { openSealedKey, sealKey } from '../../../src/domain/accessTokens/sealedKey.js'
import {
  forgetEndedKeys,
  openSigningKeys,
  rotateSigningKeys,
} from '../../../src/domain/accessTokens/signingKeys.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

const secret = 'the secret that encrypts the keys of this test'
const ROUNDS = 50

describe('a sealed key', () => {
  const sealed = sealKey(secret, 'kid', 'private')

  it('opens with its secret and its kid, and shows nothing of the key', () => {
    expect(openSealedKey(secret, 'kid', sealed)).toBe('private')
    expect(sealed.includes('private')).toBe(false)
  })

  it('does not open with another secret, in the place of another key, or damaged', () => {
    expect(openSealedKey(`${secret}.`, 'kid', sealed)).toBeNull()
    expect(openSealedKey(secret, 'other', sealed)).toBeNull()
    for (let at = 0; at < sealed.length; at++) {
      const damaged = Buffer.from(sealed)
      damaged.writeUInt8((damaged.at(at) ?? 0) ^ 1, at)
      expect(openSealedKey(secret, 'kid', damaged)).toBeNull()
    }
    for (const length of [0, 16, 28, 43])
      expect(openSealedKey(secret, 'kid', sealed.subarray(0, length))).toBeNull()
  })

  it('is another text each time', () => {
    expect(sealKey(secret, 'kid', 'private').equals(sealed)).toBe(false)
  })
})

describe('the keys of org access tokens', () => {
  const testServer = useTestServer({ env: { KEY_ENCRYPTION_SECRET: secret } })
  let db: Queryable
  let owner: TestPerson
  let orgId: string

  beforeEach(async () => {
    db = testServer.server.app.database
    await db.query(sql`delete from signing_key`)
    await openSigningKeys(db, secret).prepare()
    owner ??= await testServer.signUp()
    orgId ??= await createOrg(owner)
  })

  const rotate = (withdraw = false) => rotateSigningKeys(db, secret, { withdraw })
  const numbers = async () =>
    (await db.query<{ number: number }>(sql`select number from signing_key order by number`)).map(
      ({ number }) => number,
    )
  /** Lets so many seconds pass for the keys. */
  const pass = (seconds: number) =>
    db.query(sql`update signing_key set signs_from = signs_from - ${seconds} * interval '1 second'`)
  const published = async () => (await openSigningKeys(db, secret).published()).keys.map(({ kid }) => kid)
  const kidOfToken = async () => {
    const { accessToken } = await mutate(owner, 'createOrgAccessToken', { orgId }, 'accessToken')
    return decodeProtectedHeader(accessToken).kid
  }

  it('are made once, however many servers start at the same moment', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await db.query(sql`delete from signing_key`)
      await Promise.all([1, 2, 3, 4].map(() => openSigningKeys(db, secret).prepare()))
      expect(await numbers()).toEqual([1])
    }
  })

  it('are encrypted in the database', async () => {
    const [row] = await db.query<{ sealedPrivateKey: Buffer; kid: string }>(sql`select * from signing_key`)
    if (!row) throw new Error('no key')
    expect(row.sealedPrivateKey.includes('PRIVATE KEY')).toBe(false)
    expect(openSealedKey(secret, row.kid, row.sealedPrivateKey)).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  })

  it('are published two minutes before they sign, and until the last token of theirs has run out', async () => {
    const old = await kidOfToken()
    const { kid } = await rotate()
    expect(await published()).toEqual([kid, old])
    expect(await kidOfToken()).toBe(old)
    await pass(115)
    expect(await kidOfToken()).toBe(old)
    await pass(6)
    expect(await kidOfToken()).toBe(kid)
    await pass(3_600)
    await forgetEndedKeys(db)
    expect(await published()).toEqual([kid, old])
    await pass(300)
    expect(await published()).toEqual([kid])
    await forgetEndedKeys(db)
    expect(await numbers()).toEqual([2])
    expect(await kidOfToken()).toBe(kid)
  })

  it('are found by a running server without a restart, within seconds', async () => {
    const jwks = async () => {
      const response = await fetch(`${testServer.url}/.well-known/jwks.json`)
      return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
    }
    await jwks()
    const { kid } = await rotate()
    await expect.poll(jwks, { timeout: 8_000 }).toContain(kid)
  })

  it('end at once if they are withdrawn, and the new one signs at once', async () => {
    await rotate()
    const { kid } = await rotate(true)
    expect(await published()).toEqual([kid])
    expect(await kidOfToken()).toBe(kid)
  })

  it('are not rotated with another secret, because servers could not sign with the new key', async () => {
    const other = 'another secret of at least 32 bytes'
    await expect(rotateSigningKeys(db, other, { withdraw: false })).rejects.toThrow(/^KEY_ENCRYPTION_SECRET/)
    expect(await numbers()).toEqual([1])
    await rotateSigningKeys(db, other, { withdraw: true })
    const { errors } = await owner.ask(
      'mutation($input: CreateOrgAccessTokenInput!) { createOrgAccessToken(input: $input) { __typename } }',
      { input: { orgId } },
    )
    expect(errors?.[0]?.extensions.code).toBe('UNAVAILABLE')
  })

  it('always leave one that signs, whatever rotations happen at the same moment', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const outcomes = await Promise.allSettled([rotate(), rotate(true), rotate(), rotate(round % 2 === 0)])
      expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true)
      const known = await published()
      expect(known).toContain(await kidOfToken())
      const kept = await numbers()
      expect(kept).toEqual(kept.map((_, index) => (kept[0] ?? 0) + index))
    }
  })
})
