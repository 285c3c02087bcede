import { DateTimeISOResolver } from 'graphql-scalars'
import { builder } from './builder.js'

const { serialize } = DateTimeISOResolver

// A valid Date, which is what rows hold, needs none of the checks that texts and numbers do.
DateTimeISOResolver.serialize = (value) =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? (value.toISOString() as never) : serialize(value)

builder.addScalarType('DateTime', DateTimeISOResolver)
