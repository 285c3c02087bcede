import { readFileSync } from 'node:fs'
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../src/graphql/schema.js'

describe('schema.graphql', () => {
  it('is up to date: run `npm run schema` if this fails', () => {
    const file = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')
    expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toBe(file)
  })

  it('has directives only at locations of the released specification, which older clients know', () => {
    const locations = Object.fromEntries(
      schema.getDirectives().map(({ name, locations }) => [name, locations.toSorted()]),
    )
    expect(locations).toEqual({
      include: ['FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
      skip: ['FIELD', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
      deprecated: ['ARGUMENT_DEFINITION', 'ENUM_VALUE', 'FIELD_DEFINITION', 'INPUT_FIELD_DEFINITION'],
      specifiedBy: ['SCALAR'],
      oneOf: ['INPUT_OBJECT'],
    })
  })

  it('describes every type, field, argument and value', () => {
    const bare: string[] = []
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || getNamedType(type).astNode) continue
      if (!type.description) bare.push(type.name)
      if (isEnumType(type))
        for (const value of type.getValues()) if (!value.description) bare.push(`${type.name}.${value.name}`)
      if (isObjectType(type) || isInterfaceType(type))
        for (const field of Object.values(type.getFields())) {
          if (!field.description) bare.push(`${type.name}.${field.name}`)
          for (const arg of field.args)
            if (!arg.description) bare.push(`${type.name}.${field.name}(${arg.name})`)
        }
      if (isInputObjectType(type))
        for (const field of Object.values(type.getFields()))
          if (!field.description) bare.push(`${type.name}.${field.name}`)
    }
    expect(bare).toEqual([])
  })
})
