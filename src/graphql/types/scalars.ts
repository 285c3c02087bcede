import { DateTimeISOResolver } from 'graphql-scalars'
import { badUserInput } from '../../errors.js'
import { builder } from '../builder.js'

const { serialize, parseValue, parseLiteral } = DateTimeISOResolver

/** Far more than a date and time with its fraction and offset has. */
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

// A valid Date, which is what rows hold, needs none of the checks that texts and numbers do.
DateTimeISOResolver.serialize = (value) =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? (value.toISOString() as never) : serialize(value)

builder.addScalarType('DateTime', DateTimeISOResolver)
