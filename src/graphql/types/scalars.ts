import { DateTimeISOResolver, JSONObjectResolver, JSONResolver } from 'graphql-scalars'
import { badUserInput } from '../../errors.js'
import { builder } from '../builder.js'

const { serialize, parseValue, parseLiteral } = DateTimeISOResolver

/** Far longer than any date and time with a fraction and an offset. */
const MAX_LENGTH = 100

const requireShort = (text: unknown): void => {
  if (typeof text === 'string' && text.length > MAX_LENGTH) throw badUserInput('This is no date and time.')
}

DateTimeISOResolver.parseValue = (value) => {
  requireShort(value)
  return parseValue(value)
}
DateTimeISOResolver.parseLiteral = (node, variables) => {
  if ('value' in node) requireShort(node.value)
  return parseLiteral(node, variables)
}

// Rows contain valid Dates, which do not need the checks for texts and numbers.
DateTimeISOResolver.serialize = (value) =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? (value.toISOString() as never) : serialize(value)

builder.addScalarType('DateTime', DateTimeISOResolver)

// An input that is no object gets a refusal that names the field, as an object that is too large does.
JSONObjectResolver.parseValue = JSONResolver.parseValue as never
JSONObjectResolver.parseLiteral = JSONResolver.parseLiteral as never

builder.addScalarType('JSONObject', JSONObjectResolver)
