import type { InputFieldBuilder, InputFieldMap, InputShapeFromFields, ObjectRef } from '@pothos/core'
import type { Refusal } from '../domain/core/refusal.js'
import { builder, type FieldsOf, type SchemaTypes } from './builder.js'
import type { Context } from './context.js'
import type { RefusalClass } from './refusal.js'

interface Mutation<Fields extends InputFieldMap, Payload extends object> {
  description: string
  input: (t: InputFieldBuilder<SchemaTypes, 'InputObject'>) => Fields
  /** Every refusal that the operation may throw. */
  refusals: RefusalClass[]
  /** Decodes the ids in the input and calls the operation. */
  run: (input: InputShapeFromFields<Fields>, context: Context) => Payload | Promise<Payload>
  /** The payload's fields. Their parent is what `run` returns. */
  payload: (t: FieldsOf<Payload>) => Record<string, unknown>
}

/**
 * Defines a mutation `x` with its types: `XInput`, `XPayload`, and the union `XResult` of the payload and the refusals.
 * The caller must be signed in. The operation itself checks the permission.
 * @returns the union
 */
export function mutation<Fields extends InputFieldMap, Payload extends object>(
  name: string,
  { description, input, refusals, run, payload }: Mutation<Fields, Payload>,
): ObjectRef<SchemaTypes, Payload | Refusal> {
  const typeName = `${name[0]?.toUpperCase()}${name.slice(1)}`
  const payloadName = `${typeName}Payload`
  const inputType = builder.inputType(`${typeName}Input`, {
    description: `Input of \`${name}\`.`,
    fields: input,
  })
  const payloadType = builder.objectRef<Payload>(payloadName).implement({
    description: `Result of \`${name}\` when it was not refused.`,
    fields: payload as never,
  })
  const result = builder.errorUnion(`${typeName}Result`, {
    description: `${payloadName}, or the reason why \`${name}\` was refused.`,
    types: [payloadType, ...(refusals as never[])],
    resolveType: () => payloadName,
  })
  builder.mutationField(name, (t) =>
    t.field({
      type: result,
      description,
      authScopes: { signedIn: true },
      args: { input: t.arg({ type: inputType, required: true, description: 'The input.' }) },
      resolve: ((_root: unknown, args: { input: never }, context: Context) =>
        run(args.input, context)) as never,
    }),
  )
  return result as never
}
