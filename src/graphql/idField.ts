import type { InputFieldBuilder, InputFieldRef } from '@pothos/core'
import { type GraphQLInputType, getNullableType, isInputObjectType, isListType } from 'graphql'
import type { FieldsOf, SchemaTypes } from './builder.js'
import { decodeId, encodeId } from './globalId.js'

type InputFields = InputFieldBuilder<SchemaTypes, 'InputObject'>
type Id<Shape> = InputFieldRef<SchemaTypes, Shape>

/**
 * An input field with the global id of an object of this type. The mutation's `run` gets the UUID in it: null for a text
 * that is no id of this type.
 */
export const requiredId = (t: InputFields, type: string, description: string) =>
  t.id({ required: true, description, extensions: { idOf: type } }) as unknown as Id<string | null>

/** The same as `requiredId`, but undefined if it is left out or null. */
export const optionalId = (t: InputFields, type: string, description: string) =>
  t.id({ description, extensions: { idOf: type } }) as unknown as Id<string | null | undefined>

/** The same as `optionalId` for a list. */
export const optionalIds = (t: InputFields, type: string, description: string) =>
  t.idList({ description, extensions: { idOf: type } }) as unknown as Id<Array<string | null> | undefined>

/** A payload's field with the global id of an object of this type, whose UUID `run` returned under this name. */
export const exposeId = <Name extends string>(
  t: FieldsOf<Record<Name, string | null>>,
  type: string,
  name: Name,
  description: string,
) => t.field({ type: 'ID', description, resolve: (parent) => encodeId(type, parent[name] as string) })

/** Replaces each global id in an input by its UUID, as the fields of the input's type say. */
export function decodeIds(type: GraphQLInputType, value: unknown): unknown {
  const given = getNullableType(type)
  if (value == null) return value
  if (isListType(given)) return (value as unknown[]).map((item) => decodeIds(given.ofType, item))
  if (!isInputObjectType(given)) return value
  const fields = given.getFields()
  return Object.fromEntries(
    Object.entries(value).map(([name, value]) => {
      const field = fields[name]
      if (!field) return [name, value]
      const { idOf } = field.extensions as { idOf?: string }
      if (idOf === undefined) return [name, decodeIds(field.type, value)]
      return [name, decodeIdsOf(idOf, value)]
    }),
  )
}

function decodeIdsOf(type: string, value: unknown): unknown {
  if (value == null) return undefined
  return Array.isArray(value) ? value.map((id) => decodeId(type, id)) : decodeId(type, value as string)
}
