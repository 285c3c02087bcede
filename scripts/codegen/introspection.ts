import type { PluginFunction } from '@graphql-codegen/plugin-helpers'
import {
  type GraphQLArgument,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

/**
 * Writes the schema in the form of an introspection, as small as caches take it: without descriptions, inputs and
 * directives, and with one scalar for all scalars and enums.
 */
export const plugin: PluginFunction = (schema) => {
  const named = (type: { name: string } | null | undefined) => (type ? { name: type.name } : null)
  const types = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => {
      const { name } = type
      if (isUnionType(type)) return { kind: 'UNION', name, possibleTypes: possible(type.getTypes()) }
      if (!isObjectType(type) && !isInterfaceType(type)) return []
      return {
        kind: isObjectType(type) ? 'OBJECT' : 'INTERFACE',
        name,
        fields: Object.values(type.getFields()).map((field) => ({
          name: field.name,
          type: ref(field.type),
          args: field.args.map(argument),
        })),
        interfaces: type.getInterfaces().map((one) => ({ kind: 'INTERFACE', name: one.name })),
        ...(isInterfaceType(type) && { possibleTypes: possible(schema.getPossibleTypes(type)) }),
      }
    })
  const introspection = {
    __schema: {
      queryType: named(schema.getQueryType()),
      mutationType: named(schema.getMutationType()),
      subscriptionType: named(schema.getSubscriptionType()),
      types: [...types, ANY],
    },
  }
  return `/** The schema’s types and fields, for caches that resolve by them, as urql’s Graphcache does. */
export const introspection: {
  __schema: {
    queryType: { name: string }
    mutationType: { name: string }
    subscriptionType: { name: string }
    types: readonly any[]
  }
} = ${JSON.stringify(introspection)}
`
}

const ANY = { kind: 'SCALAR', name: 'Any' }

const possible = (types: readonly { name: string }[]) => types.map(({ name }) => ({ kind: 'OBJECT', name }))

const argument = ({ name, type }: GraphQLArgument) => ({ name, type: ref(type) })

function ref(type: GraphQLType): unknown {
  if (isNonNullType(type)) return { kind: 'NON_NULL', ofType: ref(type.ofType) }
  if (isListType(type)) return { kind: 'LIST', ofType: ref(type.ofType) }
  if (isScalarType(type) || isEnumType(type) || isInputObjectType(type)) return ANY
  const kind = isObjectType(type) ? 'OBJECT' : isUnionType(type) ? 'UNION' : 'INTERFACE'
  return { kind, name: type.name }
}
