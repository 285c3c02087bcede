import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import * as documents from '../../../packages/react/src/generated/documents.js'

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'))

test.each(Object.entries(documents))('the document %s fits the schema', (_, text) => {
  expect(validate(schema, parse(text as string))).toEqual([])
})
