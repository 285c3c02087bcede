import { living } from '../loaders/user.js'

/**
 * The options of the field `createdBy` of an object.
 * @param otherwise who may have created it instead, such as "a token"
 */
export const createdBy = (otherwise: string) => ({
  type: 'User' as const,
  nullable: true as const,
  select: <Nested>(_args: object, _context: object, nestedSelection: (selection: true) => Nested) => ({
    createdBy: nestedSelection(true),
  }),
  resolve: ({ createdBy }: { createdBy: unknown }) => living(createdBy),
  description: `The user who created it. Null if ${otherwise} did, or if the account is gone.`,
})
