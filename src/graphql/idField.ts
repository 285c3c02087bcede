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

export type DecodeIds = (value: unknown) => unknown

/**
 * Returns a function that replaces each global id in an input by its UUID, as the fields of the input's type say. It
 * reads the type only once, because every mutation calls the function.
 */
export function idDecoder(type: GraphQLInputType): DecodeIds {
  return decoderOf(type) ?? ((value) => value)
}

/** Undefined for a type without ids. */
function decoderOf(type: GraphQLInputType): DecodeIds | undefined {
  const given = getNullableType(type)
  if (isListType(given)) {
    const decodeItem = decoderOf(given.ofType)
    return decodeItem && ((value) => (value == null ? value : (value as unknown[]).map(decodeItem)))
  }
  if (!isInputObjectType(given)) return undefined
  const decoders = Object.values(given.getFields()).flatMap((field) => {
    const { idOf } = field.extensions as { idOf?: string }
    const decode = idOf === undefined ? decoderOf(field.type) : decoderOfIds(idOf)
    return decode ? [{ name: field.name, decode }] : []
  })
  if (decoders.length === 0) return undefined
  return (value) => {
    if (value == null) return value
    const decoded = { ...value } as Record<string, unknown>
    for (const { name, decode } of decoders) if (name in decoded) decoded[name] = decode(decoded[name])
    return decoded
  }
}

const decoderOfIds =
  (type: string): DecodeIds =>
  (value) => {
    if (value == null) return undefined
    return Array.isArray(value) ? value.map((id) => decodeId(type, id)) : decodeId(type, value as string)
  }
