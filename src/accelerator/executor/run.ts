import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'

/** Thrown if GraphQL's executor has to run the query instead, most often because of an error. */
export class Fallback extends Error {}

/** Thrown if the answer becomes too large. */
export class TooLarge extends Error {}

/** The state of one operation while it runs. All its fields share it. */
export class Run<Context extends object = object> {
  /** The number of pending promises, plus one while fields are still being started. */
  #waiting = 1
  #failed = false
  readonly #done: PromiseWithEnds
  /** The characters of the answer so far, in its texts and names. They are nearly all of a large answer. */
  characters = 0

  constructor(
    readonly context: Context,
    readonly variables: Record<string, unknown>,
    readonly schema: GraphQLSchema,
    readonly fragments: Record<string, FragmentDefinitionNode>,
    readonly operation: OperationDefinitionNode,
    private readonly maxCharacters: number,
  ) {
    this.#done = promiseWithEnds()
  }

  /** Call it for each object of the answer, so that no answer grows far above the limit. */
  grow(characters: number): void {
    this.characters += characters
    if (this.characters > this.maxCharacters) throw new TooLarge()
  }

  /** Creates the `info` argument of a resolver. */
  infoOf(
    { name, type }: GraphQLField<unknown, unknown>,
    fieldNodes: readonly FieldNode[],
    parentType: GraphQLObjectType,
    path: GraphQLResolveInfo['path'],
  ): GraphQLResolveInfo {
    return {
      fieldName: name,
      fieldNodes,
      returnType: type,
      parentType,
      path,
      schema: this.schema,
      fragments: this.fragments,
      rootValue: undefined,
      operation: this.operation,
      variableValues: this.variables,
    }
  }

  /** Calls `use` with the value of a promise. */
  when(promise: PromiseLike<unknown>, use: (value: unknown) => void): void {
    this.#waiting++
    promise.then(
      (value) => {
        if (this.#failed) return
        try {
          use(value)
        } catch (error) {
          return this.#fail(error)
        }
        this.#countDown()
      },
      (error) => this.#fail(error),
    )
  }

  /**
   * Call it when every field has been started. Resolves once every field has its value.
   * @throws the first error of a field
   */
  finish(): Promise<void> {
    this.#countDown()
    return this.#done.promise
  }

  #countDown(): void {
    if (--this.#waiting === 0) this.#done.resolve()
  }

  #fail(error: unknown): void {
    this.#failed = true
    this.#done.reject(error)
  }
}

interface PromiseWithEnds {
  promise: Promise<void>
  resolve(): void
  reject(error: unknown): void
}

function promiseWithEnds(): PromiseWithEnds {
  let ends: Omit<PromiseWithEnds, 'promise'> | undefined
  const promise = new Promise<void>((resolve, reject) => {
    ends = { resolve, reject }
  })
  // The run may fail before `finish` is called. This prevents an unhandled rejection; `finish` still returns the error.
  promise.catch(() => {})
  return { promise, ...(ends as Omit<PromiseWithEnds, 'promise'>) }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
