import type { PluginFunction } from '@graphql-codegen/plugin-helpers'
import { isAbstractType, isObjectType } from 'graphql'

/** Writes what the caches of GraphQL clients must know about the types of the schema. */
export const plugin: PluginFunction = (schema) => {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const possibleTypes = Object.fromEntries(
    types.filter(isAbstractType).map((type) => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .sort(),
    ]),
  )
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const typesWithoutId = types
    .filter(isObjectType)
    .filter((type) => !roots.includes(type) && !type.getFields().id)
    .map(({ name }) => name)
    .sort()
  return `/** The types of each interface and each union. */
export const possibleTypes: Readonly<Record<string, string[]>> = ${JSON.stringify(possibleTypes)}

/** Types that have no id. A cache keeps such an object as a part of the object that it was read from. */
export const typesWithoutId: readonly string[] = ${JSON.stringify(typesWithoutId)}
`
}
