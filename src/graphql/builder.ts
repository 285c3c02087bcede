import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { ReadRow } from '../database/omittedColumns.js'
import { instancePermissions } from '../domain/core/authority.js'
import { badUserInput, forbidden, unauthenticated } from '../errors.js'
import type AllPrismaTypes from '../generated/pothos.js'
import { getDatamodel } from '../generated/pothos.js'
import type { Permission } from '../generated/prisma/enums.js'
import type { Context } from './context.js'
import { decodeAnyId, encodeId } from './globalId.js'
import { DEFAULT_SIZE, MAX_SIZE } from './lists/page.js'
import { authorityIn } from './viewer.js'

/** Pothos' generated types, without the columns that reads omit. A field that needs such a column selects it by name. */
type PrismaTypes = {
  [Model in keyof AllPrismaTypes]: Omit<AllPrismaTypes[Model], 'Shape'> & { Shape: ReadRow<Model> }
}

/** The schema builder with its plugins and their settings. Types, queries and mutations are in the folders below. */
export const builder = new SchemaBuilder<{
  Context: Context
  PrismaTypes: PrismaTypes
  Objects: { [Model in keyof PrismaTypes]: PrismaTypes[Model]['Shape'] }
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    JSONObject: { Input: unknown; Output: unknown }
  }
  AuthScopes: {
    /** A signed-in person or an API token; everyone else gets UNAUTHENTICATED. */
    signedIn: boolean
    /** The viewer has this permission in this org. */
    permission: { orgId: string; permission: Permission }
    /** The viewer is an instance token with this permission. */
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
      instancePermission: (permission) => instancePermissions(context.actor).has(permission),
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
    nodeTypeOptions: { description: 'An object with a global id, which is unique across all types.' },
    pageInfoTypeOptions: {
      description: 'Where a page of a list begins and ends, and whether there are more pages.',
    },
    hasNextPageFieldOptions: { description: 'Whether there are items after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
    startCursorFieldOptions: {
      description:
        'Cursor of the first item: pass it as `before` to get the previous page. Null if the page is empty.',
    },
    endCursorFieldOptions: {
      description:
        'Cursor of the last item: pass it as `after` to get the next page. Null if the page is empty.',
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
  description: 'All queries. What the viewer may not see is null or left out.',
})
builder.mutationType({
  description:
    'All mutations. Each returns a union: its payload, or a refusal that the user of the client can act on.',
})
builder.subscriptionType({
  description:
    'Streams of events. A client that reconnects with its last cursor misses no event and gets none twice.',
})

/** The types that this builder was configured with. Functions that define GraphQL types need them. */
export type SchemaTypes = typeof builder.$inferSchemaTypes

/** Builds the fields of an object type whose values have this shape. */
export type FieldsOf<Shape> = PothosSchemaTypes.ObjectFieldBuilder<SchemaTypes, Shape>
