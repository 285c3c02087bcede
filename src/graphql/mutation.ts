import type { InputFieldBuilder, InputFieldMap, InputShapeFromField, ObjectRef } from '@pothos/core'
import type { GraphQLInputType, GraphQLResolveInfo } from 'graphql'
import type { Actor } from '../domain/core/actor.js'
import { IdempotencyKeyReusedError, once, type Repeat } from '../domain/core/idempotency.js'
import { Refusal } from '../domain/core/refusal.js'
import type { Tx } from '../domain/core/transact.js'
import { currentOperation } from '../lib/observedOperation.js'
import { builder, type FieldsOf, type SchemaTypes } from './builder.js'
import type { Context } from './context.js'
import { type DecodeIds, idDecoder } from './idField.js'
import type { RefusalClass } from './refusal.js'

/** The values of input fields. A field is optional if its value can be undefined. */
type InputOf<Fields extends InputFieldMap> = {
  [Name in keyof Fields as undefined extends InputShapeFromField<Fields[Name]>
    ? never
    : Name]: InputShapeFromField<Fields[Name]>
} & {
  [Name in keyof Fields as undefined extends InputShapeFromField<Fields[Name]>
    ? Name
    : never]?: InputShapeFromField<Fields[Name]>
}

interface MutationParts<Fields extends InputFieldMap, Payload extends object> {
  description: string
  input: (t: InputFieldBuilder<SchemaTypes, 'InputObject'>) => Fields
  /** Every refusal that the operation may throw. */
  refusals: RefusalClass[]
  /** The payload's fields. Their parent is what the operation returns. */
  payload: (t: FieldsOf<Payload>) => Record<string, unknown>
  /** Whether nobody has to be signed in. */
  isOpen?: boolean
}

/** The operation gets the input with its ids decoded (`idField.ts`). */
type Mutation<Fields extends InputFieldMap, Payload extends object, Prepared extends object> = MutationParts<
  Fields,
  Payload
> &
  (
    | {
        /** Runs in one transaction. */ operation: (
          tx: Tx,
          actor: Actor,
          input: InputOf<Fields> & Prepared,
        ) => Promise<Payload>
        /** Runs before the transaction, for what needs the network. The operation gets what it returns. */
        prepare?: (input: InputOf<Fields>, context: Context) => Promise<InputOf<Fields> & Prepared>
        /** If given, the mutation takes an idempotency key. */
        repeat?: Repeat<never, Payload>
      }
    | {
        /** For an operation that needs more than one transaction, or more of the app. */ run: (
          input: InputOf<Fields>,
          context: Context,
        ) => Promise<Payload>
      }
  )

/** The input field of mutations that can be repeated. `repeat` adds it. */
export const idempotencyKeyField = (t: InputFieldBuilder<SchemaTypes, 'InputObject'>) => ({
  idempotencyKey: t.string({
    description:
      'A new text for each call, such as a UUID: 1 to 255 characters. If the same call is repeated with the same key within 24 hours, nothing is done again, and the answer is the payload of the first call.',
  }),
})

/**
 * Defines a mutation `x` with its types: `XInput`, `XPayload`, and the union `XResult` of the payload and the refusals.
 * The caller must be signed in, unless it `isOpen`. The operation itself checks the permission.
 * @returns the union
 */
export function mutation<
  Fields extends InputFieldMap,
  Payload extends object,
  Prepared extends object = object,
>(
  name: string,
  { description, input, refusals, payload, isOpen = false, ...call }: Mutation<Fields, Payload, Prepared>,
): ObjectRef<SchemaTypes, Payload | Refusal> {
  const typeName = `${name[0]?.toUpperCase()}${name.slice(1)}`
  const payloadName = `${typeName}Payload`
  const inputType = builder.inputType(`${typeName}Input`, {
    description: `Input of \`${name}\`.`,
    fields: 'repeat' in call ? (t) => ({ ...input(t), ...idempotencyKeyField(t) }) : input,
  })
  const payloadType = builder.objectRef<Payload>(payloadName).implement({
    description: `Result of \`${name}\` when it was not refused.`,
    fields: payload as never,
  })
  const allRefusals = 'repeat' in call ? [...refusals, IdempotencyKeyReusedError] : refusals
  const result = builder.errorUnion(`${typeName}Result`, {
    description: `${payloadName}, or the reason why \`${name}\` was refused.`,
    types: [payloadType, ...(allRefusals as never[])],
    resolveType: () => payloadName,
  })
  const run = async (input: InputOf<Fields>, context: Context): Promise<Payload> => {
    const { app, actor } = context
    try {
      if ('run' in call) return await call.run(input, context)
      const { operation, repeat, prepare } = call
      const prepared = prepare ? await prepare(input, context) : (input as InputOf<Fields> & Prepared)
      if (!repeat) return await app.transact((tx) => operation(tx, actor, prepared))
      const { idempotencyKey, ...command } = prepared as typeof prepared & { idempotencyKey?: string | null }
      return await app.transact((tx) =>
        once(tx, actor, { mutation: name, key: idempotencyKey, command }, repeat, () =>
          operation(tx, actor, command as unknown as typeof prepared),
        ),
      )
    } catch (error) {
      if (error instanceof Refusal) currentOperation()?.refused(error.name)
      throw error
    }
  }
  let decodeIds: DecodeIds | undefined
  builder.mutationField(name, (t) =>
    t.field({
      type: result,
      description,
      ...(isOpen ? {} : { authScopes: { signedIn: true } }),
      args: { input: t.arg({ type: inputType, required: true, description: 'The input.' }) },
      resolve: ((_root: unknown, args: { input: unknown }, context: Context, info: GraphQLResolveInfo) => {
        decodeIds ??= idDecoder(inputOf(info))
        return run(decodeIds(args.input) as InputOf<Fields>, context)
      }) as never,
    }),
  )
  return result as never
}

/** The type of a mutation's argument `input`. */
function inputOf({ parentType, fieldName }: GraphQLResolveInfo): GraphQLInputType {
  const input = parentType.getFields()[fieldName]?.args[0]
  if (!input) throw new Error(`${fieldName} has no input`)
  return input.type
}
