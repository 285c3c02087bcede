/** The text of an operation, with the types of what it answers and takes. */
export type Document<Data, Variables> = string & {
  /** Never set. It carries the types. */
  readonly __types?: (variables: Variables) => Data
}

/** Puts an operation together with the fragments that it needs. */
export const document = <Data, Variables>(...parts: readonly string[]): Document<Data, Variables> =>
  parts.join('')
