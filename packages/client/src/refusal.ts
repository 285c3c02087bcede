/** The result of a mutation: its payload, or a refusal. They are told apart by `__typename`. */
interface Result {
  readonly __typename: string
}

interface Refused {
  readonly __typename: `${string}Error`
}

/** The refusals of a result. Of a result whose types are not known: any. */
export type RefusalOf<R extends Result> = R extends Result
  ? string extends R['__typename']
    ? R & Refused
    : Extract<R, Refused>
  : never

/** A result without its refusals. */
export type PayloadOf<R> = Exclude<R, Refused>

/**
 * Whether a mutation was refused. Each refusal has `__typename`, and the fields that the document selects, such as
 * `message`. A newer server may refuse for a reason that the types do not list: its name ends with Error too.
 */
export function isRefusal<R extends Result>(result: R): result is RefusalOf<R> {
  return result.__typename.endsWith('Error')
}
