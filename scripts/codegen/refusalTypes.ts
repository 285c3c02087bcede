import type { PluginFunction } from '@graphql-codegen/plugin-helpers'
import { isInterfaceType, isUnionType } from 'graphql'

/** Writes which refusals each mutation can answer with, as types. */
export const plugin: PluginFunction = (schema) => {
  const error = schema.getType('Error')
  if (!isInterfaceType(error)) throw new Error('The schema has no interface Error.')
  const names = schema
    .getPossibleTypes(error)
    .map(({ name }) => name)
    .sort()
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).map(({ name, type }) => {
    const union = 'ofType' in type ? type.ofType : type
    if (!isUnionType(union)) throw new Error(`The result of ${name} is not a union.`)
    const refusals = union.getTypes().filter((member) => names.includes(member.name))
    return `  ${name}: ${refusals.map((refusal) => `'${refusal.name}'`).join(' | ')}`
  })
  return `/** The \`__typename\` of each refusal. */
export type RefusalName = ${names.map((name) => `'${name}'`).join(' | ')}

/** The refusals that each mutation can answer with. */
export interface RefusalsOfMutation {
${mutations.join('\n')}
}
`
}
