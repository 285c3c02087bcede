import { DateTimeISOResolver } from 'graphql-scalars'
import { builder } from './builder.js'

builder.addScalarType('DateTime', DateTimeISOResolver)
