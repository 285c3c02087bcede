import { createPrivateKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose'
import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { openSealedKey, sealKey } from './sealedKey.js'
import { ALGORITHM } from './signJwt.js'

/**
 * How long a new key is published before it signs. It must be longer than everything that keeps a verifier from a new
 * key: this server's cache of the key set, caches on the way (`KEY_SET_MAX_AGE_S`), and the 30 s for which a verifier
 * such as jose does not fetch again.
 */
const PUBLISHED_BEFORE_S = 120
/** How long caches may keep the key set. */
export const KEY_SET_MAX_AGE_S = 60
/** How old the key set may be that this server sends, ms. */
const KEY_SET_FRESH_MS = 5_000
/**
 * How long a key is published after its successor has begun to sign: the longest TOKEN_LIFETIME_S, and five minutes for
 * clocks that differ.
 */
const PUBLISHED_AFTER_S = 3_600 + 300

/** The public halves, as the answer of `/.well-known/jwks.json`. */
export interface KeySet {
  keys: JWK[]
}

/** Tokens can't be signed. `message` tells the operator why. It contains no secret. */
export class SigningUnavailable extends Error {
  override readonly name = 'SigningUnavailable'
}

export interface SigningKeys {
  /**
   * Makes the first key if there is none, and decrypts the newest one. Without a secret it does nothing.
   * @throws {SigningUnavailable} if the newest key was encrypted with another secret
   */
  prepare(): Promise<void>
  /** The keys that sign now, will sign soon, or have signed tokens that may still be valid. */
  published(): Promise<KeySet>
  /**
   * The private half of a key.
   * @param kid null if there is no key
   * @throws {SigningUnavailable}
   */
  signer(kid: string | null): Promise<KeyObject>
}

const NO_SECRET = 'This server issues no org access tokens: KEY_ENCRYPTION_SECRET is not set.'
const NO_KEY = 'There is no key for org access tokens. A server makes it when it starts.'
const OTHER_SECRET =
  'KEY_ENCRYPTION_SECRET is not the secret with which the keys of org access tokens in the database were encrypted.'

/**
 * The keys of org access tokens.
 * @param secret KEY_ENCRYPTION_SECRET. Without it keys are published, but nothing can be signed.
 */
export function openSigningKeys(db: Queryable, secret: string | undefined): SigningKeys {
  const opened = new Map<string, Promise<KeyObject>>()
  const open = async (kid: string, secret: string): Promise<KeyObject> => {
    const [row] = await db.query<{ sealedPrivateKey: Uint8Array }>(
      sql`select sealed_private_key from signing_key where kid = ${kid}`,
    )
    if (!row) throw new SigningUnavailable(NO_KEY)
    return createPrivateKey(openedKey(secret, kid, row.sealedPrivateKey))
  }
  const signer = (kid: string | null): Promise<KeyObject> => {
    if (secret === undefined) return Promise.reject(new SigningUnavailable(NO_SECRET))
    if (kid === null) return Promise.reject(new SigningUnavailable(NO_KEY))
    let key = opened.get(kid)
    if (!key) {
      key = open(kid, secret)
      opened.set(kid, key)
      key.catch(() => opened.delete(kid))
    }
    return key
  }
  return {
    async prepare() {
      if (secret !== undefined) await signer(await firstKey(db, secret))
    },
    published: recent(() => publishedKeys(db), KEY_SET_FRESH_MS),
    signer,
  }
}

/** Makes the first key, unless there is one. Of several servers that do so at once, one succeeds. */
async function firstKey(db: Queryable, secret: string): Promise<string> {
  const known = await newestKey(db)
  if (known) return known.kid
  await db.query(sql`${await newKey(secret, { number: 1, after: 0 })} on conflict (number) do nothing`)
  const first = await newestKey(db)
  if (!first) throw new Error('the signing key vanished')
  return first.kid
}

export interface Rotation {
  kid: string
  signsFrom: Date
}

/**
 * Makes a new key. It is published at once and signs later, so that every verifier knows it by then.
 * @param options.withdraw the old keys leaked: the new key signs at once, and the old ones and their tokens end
 * @throws {SigningUnavailable} if there is no key yet, or the newest one was encrypted with another secret
 */
export async function rotateSigningKeys(
  db: Queryable,
  secret: string,
  { withdraw }: { withdraw: boolean },
): Promise<Rotation> {
  const newest = await newestKey(db)
  if (!newest) throw new SigningUnavailable(NO_KEY)
  // A key that the servers can't decrypt would stop them from signing.
  if (!withdraw) openedKey(secret, newest.kid, newest.sealedPrivateKey)
  const insert = await newKey(secret, {
    number: newest.number + 1,
    after: withdraw ? 0 : PUBLISHED_BEFORE_S,
  })
  const [made] = await db.query<Rotation>(sql`
    with made as (${insert} on conflict (number) do nothing returning number, kid, signs_from),
      ended as (delete from signing_key where ${withdraw} and number < (select number from made))
    select kid, signs_from from made
  `)
  if (!made) throw new SigningUnavailable('The keys are being rotated by somebody else at the moment.')
  return made
}

/** @throws {SigningUnavailable} */
function openedKey(secret: string, kid: string, sealed: Uint8Array): string {
  const key = openSealedKey(secret, kid, sealed)
  if (key === null) throw new SigningUnavailable(OTHER_SECRET)
  return key
}

interface NewestKey {
  number: number
  kid: string
  sealedPrivateKey: Uint8Array
}

async function newestKey(db: Queryable): Promise<NewestKey | undefined> {
  const [newest] = await db.query<NewestKey>(
    sql`select number, kid, sealed_private_key from signing_key order by number desc limit 1`,
  )
  return newest
}

/** Inserts a new key that signs from so many seconds after now on. */
async function newKey(secret: string, { number, after }: { number: number; after: number }): Promise<Sql> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true })
  const half = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(half)
  const publicKey = JSON.stringify({ ...half, kid, alg: ALGORITHM, use: 'sig' })
  const sealed = sealKey(secret, kid, await exportPKCS8(pair.privateKey))
  return sql`
    insert into signing_key (number, kid, public_key, sealed_private_key, signs_from)
    values (${number}, ${kid}, ${publicKey}::jsonb, ${sealed}, clock_timestamp() + ${after} * interval '1 second')
  `
}

/** The `kid` of the key that signs now, as a subquery. */
export const currentKid = sql`(
  select kid from signing_key where signs_from <= clock_timestamp() order by number desc limit 1
)`

/** Whether no token of a key can be valid any more. */
const isOver = sql`exists (
  select 1 from signing_key newer where newer.number > signing_key.number
    and newer.signs_from <= clock_timestamp() - ${PUBLISHED_AFTER_S} * interval '1 second'
)`

async function publishedKeys(db: Queryable): Promise<KeySet> {
  const rows = await db.query<{ publicKey: JWK }>(
    sql`select public_key from signing_key where not ${isOver} order by number desc`,
  )
  return { keys: rows.map(({ publicKey }) => publicKey) }
}

/** Deletes the keys whose tokens have all run out. */
export async function forgetEndedKeys(db: Queryable): Promise<void> {
  await db.query(sql`delete from signing_key where ${isOver}`)
}

/**
 * Reads a value again once it is older than `freshMs`. Callers at the same time share one read. If it fails, they get
 * the last value.
 */
function recent<T>(read: () => Promise<T>, freshMs: number): () => Promise<T> {
  let last: { value: T; at: number } | undefined
  let reading: Promise<T> | undefined
  const readAgain = async () => {
    try {
      const value = await read()
      last = { value, at: performance.now() }
      return value
    } catch (error) {
      if (last) return last.value
      throw error
    } finally {
      reading = undefined
    }
  }
  return () => {
    if (last && performance.now() < last.at + freshMs) return Promise.resolve(last.value)
    reading ??= readAgain()
    return reading
  }
}
