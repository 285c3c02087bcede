import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import { DateTimeISOResolver } from 'graphql-scalars'
import type PrismaTypes from '../../../src/generated/pothos.js'
import { getDatamodel } from '../../../src/generated/pothos.js'
import { prisma } from './database.js'

export interface Context {
  viewerId: string
}

export const builder = new SchemaBuilder<{
  Context: Context
  PrismaTypes: PrismaTypes
  DefaultFieldNullability: false
  Scalars: { ID: { Input: string; Output: string }; DateTime: { Input: Date; Output: Date } }
}>({
  plugins: [PrismaPlugin],
  defaultFieldNullability: false,
  prisma: { client: prisma, dmmf: getDatamodel() },
})
builder.addScalarType('DateTime', DateTimeISOResolver)

export const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64')
export const uuidOf = (id: string) => Buffer.from(id, 'base64').toString('latin1').split(':')[1] ?? ''
