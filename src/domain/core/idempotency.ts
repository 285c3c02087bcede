import { createHash } from 'node:crypto'
import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { allOf, ofOneRow } from '../../database/transaction.js'
import type { Actor } from './actor.js'
import { codePoints } from './plainText.js'
import { InvalidInputError, Refusal, refuseIf, type WhyNot } from './refusal.js'
import type { Tx } from './transact.js'

/*
 * Idempotency keys (contract §8): a client that repeats a mutation with the same key gets the result of the first call,
 * and nothing is done again. The key's row is written in the transaction of the operation, so it exists if and only if
 * the operation was done. Two calls at the same moment meet at this row, on whichever server they run: the second waits
 * until the first has committed or rolled back.
 */

const MAX_KEY = 255
/** UTF-16 code units. Longer keys are refused without a look. */
const MAX_UNITS = 2 * MAX_KEY
const KEPT = sql`interval '24 hours'`
const FORGOTTEN_AT_ONCE = 1_000

export class IdempotencyKeyReusedError extends Refusal {
  constructor() {
    super('This idempotency key belongs to a call with another input. Use a new key for each new call.')
  }
}

/** How an operation answers a call that is repeated with the same idempotency key. */
export interface Repeat<Command extends object, Result> {
  /** The input after its defaults, as it is compared with an earlier one. Fields that are null count as left out. */
  compared(command: Command): object
  /**
   * Locks what the operation locks first, and checks existence and permission as the operation does.
   * @returns why the actor's rank does not allow it, if so
   */
  authorize(tx: Tx, actor: Actor, command: Command): Promise<WhyNot>
  /** The id of what was made. */
  idOf(result: Result): string
  /**
   * Reads again what was made, as it is now and without secrets.
   * @throws {NotFoundError} if it is gone, or if the actor may not know of it any more
   */
  recall(tx: Tx, actor: Actor, id: string): Promise<Result>
}

/**
 * Runs an operation, or returns the result of an earlier call with the same key, actor and input. Without a key it only
 * runs the operation. The rights are checked each time.
 * @throws {InvalidInputError} if the key is too short or too long
 * @throws {IdempotencyKeyReusedError} if the earlier call had another input
 * @throws what the operation throws. A refusal is not kept: the key can be used again.
 */
export async function once<Command extends object, Result>(
  tx: Tx,
  actor: Actor,
  { mutation, key, command }: { mutation: string; key: string | null | undefined; command: Command },
  { compared, authorize, idOf, recall }: Repeat<Command, Result>,
  run: () => Promise<Result>,
): Promise<Result> {
  if (key == null) return run()
  const call = keyedCall(actor, mutation, key, compared(command))
  // Whatever `authorize` locks is locked before the key, always in this order.
  const [rankTooLow, id] = await allOf([authorize(tx, actor, command), claim<string>(tx, call)])
  if (id !== null) {
    refuseIf(rankTooLow)
    return recall(tx, actor, id)
  }
  const result = await run()
  keep(tx, call, idOf(result))
  return result
}

/** A call with an idempotency key. */
export interface KeyedCall {
  readonly key: string
  /** The hashes under which it is stored. Without the key, nobody can guess the input from its hash. */
  readonly id: Buffer
  readonly input: Buffer
}

/** @param input the input after its defaults. A field that is null counts as left out. */
export function keyedCall(actor: Actor, mutation: string, key: string, input: object): KeyedCall {
  return {
    key,
    id: hashOf([actorName(actor), mutation, key]),
    input: hashOf([key, Object.fromEntries(Object.entries(input).filter(([, value]) => value != null))]),
  }
}

function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'nobody':
      return 'nobody'
    case 'person':
      return `user ${actor.userId}`
    case 'token':
      return `token ${actor.tokenId ?? 'of the settings'}`
  }
}

/** The order of fields does not matter. */
function hashOf(value: unknown): Buffer {
  const text = JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )
  return createHash('sha256').update(text).digest()
}

/**
 * Takes the key for this transaction, after a wait for another one that has it.
 * @returns the result that an earlier call has kept. Null if there is none: then `keep` must follow.
 * @throws {InvalidInputError | IdempotencyKeyReusedError}
 */
export async function claim<Kept>(tx: Tx, { key, id, input }: KeyedCall): Promise<Kept | null> {
  if (key === '' || key.length > MAX_UNITS || codePoints(key) > MAX_KEY)
    throw new InvalidInputError([{ path: 'idempotencyKey', message: `Must be 1 to ${MAX_KEY} characters.` }])
  const isOver = sql`kept.used_at <= excluded.used_at - ${KEPT}`
  const [row] = await tx.query<{ input: Uint8Array; result: Kept | null }>(sql`
    insert into idempotency_key as kept (id, input, used_at, written_at)
    values (${id}, ${input}, clock_timestamp(), clock_timestamp())
    on conflict (id) do update set
      input = case when ${isOver} then excluded.input else kept.input end,
      result = case when ${isOver} then null else kept.result end,
      used_at = case when ${isOver} then excluded.used_at else kept.used_at end
    returning input, result
  `)
  if (!row) throw new Error('an insert returned no row')
  if (!input.equals(row.input)) throw new IdempotencyKeyReusedError()
  return row.result
}

/** Keeps what a claimed call has made. */
export function keep(tx: Tx, { id }: KeyedCall, result: string | readonly unknown[]): void {
  tx.write(
    ofOneRow(sql`
      update idempotency_key set result = ${JSON.stringify(result)}::jsonb, written_at = clock_timestamp()
      where id = ${id}
    `),
  )
}

/** Deletes the keys whose time is over. */
export async function forgetIdempotencyKeys(database: Queryable): Promise<void> {
  for (;;) {
    // A row that is locked is being used again right now.
    const forgotten = await database.query(sql`
      with over as materialized (
        select id from idempotency_key where used_at <= statement_timestamp() - ${KEPT}
        limit ${FORGOTTEN_AT_ONCE} for update skip locked
      )
      delete from idempotency_key using over where idempotency_key.id = over.id
      returning 1
    `)
    if (forgotten.length < FORGOTTEN_AT_ONCE) return
  }
}
