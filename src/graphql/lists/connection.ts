import type { ObjectRef, OutputRef } from '@pothos/core'
import { builder, type SchemaTypes } from '../builder.js'
import type { Page } from './page.js'

/** Defines the types of a list, `{name}Connection` and `{name}Edge`. */
export function connectionOf<Node>(
  name: string,
  type: OutputRef<Node>,
  plural: string,
  { counted = true }: { counted?: boolean } = {},
): ObjectRef<SchemaTypes, Page<Node>> {
  return builder.connectionObject(
    {
      type: type as never,
      name: `${name}Connection`,
      description: `A page of ${plural}.`,
      fields: (t) => ({
        ...(counted && {
          totalCount: t.int({
            description: 'The number of items in the whole list, on all pages.',
            resolve: (page) => (page as unknown as Page<Node>).totalCount(),
          }),
        }),
      }),
    },
    { name: `${name}Edge`, description: `One item of a list of ${plural}, with its cursor.` },
  ) as never
}
