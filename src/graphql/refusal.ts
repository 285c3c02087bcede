import type { Refusal } from '../domain/core/refusal.js'
import { builder, type FieldsOf } from './builder.js'

/** The class of any refusal. */
// biome-ignore lint/suspicious/noExplicitAny: the constructors differ in their arguments, and nothing here calls one
export type RefusalClass<R extends Refusal = Refusal> = new (...args: any[]) => R

const ErrorInterface = builder.interfaceRef<Refusal>('Error').implement({
  description:
    'A refusal that the user of the client can act on. Clients decide by `__typename` and show `message`.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'One or two English sentences that can be shown to the user.',
    }),
  }),
})

/** Defines the GraphQL type of a refusal. It has the name of the class, the field `message`, and the given fields. */
export function refusal<R extends Refusal>(
  type: RefusalClass<R>,
  description: string,
  fields: (t: FieldsOf<R>) => Record<string, unknown> = () => ({}),
): void {
  builder.objectType(type, {
    name: type.name,
    interfaces: [ErrorInterface] as never,
    description,
    fields: fields as never,
  })
}
