import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import { badUserInput, forbidden, unauthenticated } from '../errors.js'
import type PrismaTypes from '../generated/pothos.js'
import { getDatamodel } from '../generated/pothos.js'
import type { Permission } from '../generated/prisma/enums.js'
import type { Context } from './context.js'
import { decodeAnyId, encodeId } from './globalId.js'
import { DEFAULT_SIZE, MAX_SIZE } from './lists/page.js'
import { authorityIn } from './viewer.js'

/** Plugins and scalars; the types stand in the features' `*.schema.ts`. */
export const builder = new SchemaBuilder<{
  Context: Context
  PrismaTypes: PrismaTypes
  Objects: { [Model in keyof PrismaTypes]: PrismaTypes[Model]['Shape'] }
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
  }
  AuthScopes: {
    /** Somebody, a person or a token: else UNAUTHENTICATED. */
    signedIn: boolean
    /** A permission in one org. */
    permission: { orgId: string; permission: Permission }
    /** A permission that a token of the instance holds. */
    instancePermission: Permission
  }
}>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  errors: { directResult: true },
  scopeAuth: {
    authorizeOnSubscribe: true,
    treatErrorsAsUnauthorized: false,
    authScopes: (context) => ({
      signedIn: context.actor.kind !== 'nobody',
      permission: async ({ orgId, permission }) =>
        (await authorityIn(context, orgId)).permissions.has(permission),
      instancePermission: (permission) =>
        context.actor.kind === 'token' &&
        context.actor.orgId === null &&
        context.actor.permissions.has(permission),
    }),
    unauthorizedError: (_parent, context) =>
      context.actor.kind === 'nobody' ? unauthenticated() : forbidden(),
  },
  relay: {
    cursorType: 'String',
    encodeGlobalID: (type, id) => encodeId(type, String(id)),
    decodeGlobalID: (id) => {
      const decoded = decodeAnyId(id)
      if (!decoded) throw badUserInput('That is no id of this server.')
      return { typename: decoded.type, id: decoded.uuid }
    },
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    idFieldOptions: { description: 'Global id.' },
    nodeTypeOptions: { description: 'Anything with an id, which is unique over all types.' },
    pageInfoTypeOptions: {
      description: 'Where a page of a list begins and ends, and whether there is more.',
    },
    hasNextPageFieldOptions: { description: 'Whether there is more after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there is more before this page.' },
    startCursorFieldOptions: {
      description:
        'Cursor of the first edge: pass it as `before` of the page before this one. Null on an empty page.',
    },
    endCursorFieldOptions: {
      description: 'Cursor of the last edge: pass it as `after` of the next page. Null on an empty page.',
    },
    edgesFieldOptions: { description: 'The items, each with its cursor.' },
    nodesOnConnection: { description: 'The items, without cursors.' },
    nodeFieldOptions: { description: 'The item.' },
    cursorFieldOptions: { description: 'The item’s place in this list. Opaque; of no use in another list.' },
    pageInfoFieldOptions: { description: 'Where the page begins and ends.' },
    firstArgOptions: {
      description: `How many items from the start, 1 to ${MAX_SIZE}. If neither \`first\` nor \`last\` is given: ${DEFAULT_SIZE}.`,
    },
    afterArgOptions: { description: 'Only items after this cursor of the same list.' },
    lastArgOptions: { description: `How many items from the end, 1 to ${MAX_SIZE}.` },
    beforeArgOptions: { description: 'Only items before this cursor of the same list.' },
  },
  prisma: {
    client: (context) => context.app.prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: false,
    filterConnectionTotalCount: true,
    onUnusedQuery: null,
  },
})

builder.queryType({
  description: 'Everything that can be read. What the viewer may not see is null or absent.',
})
builder.mutationType({
  description:
    'Everything that can be done. Each answers with a union: its payload, or a refusal that the person using the client can act on.',
})
builder.subscriptionType({
  description: 'Streams of events that can be resumed by cursor without a gap or a double.',
})

/** The builder's own types, for functions that define types. */
export type SchemaTypes = typeof builder.$inferSchemaTypes

/** Builds the fields of an object type whose values have this shape. */
export type FieldsOf<Shape> = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Shape>
