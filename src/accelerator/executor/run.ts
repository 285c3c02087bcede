import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'

/** Thrown where only the plain path knows what the answer is: of errors above all. */
export class Fallback extends Error {}

/** Thrown where the answer has become too large. */
export class TooLarge extends Error {}

/** What the fields of one operation share while it runs. */
export class Run<Context extends object = object> {
  /** Promises that are not settled yet; one more while fields are still being started. */
  #waiting = 1
  #failed = false
  readonly #done: PromiseWithEnds
  /** Characters of the answer so far: of its texts and names, which is nearly all of a large one. */
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

  /** Called with each object of the answer, so that no answer grows far beyond what may be sent. */
  grow(characters: number): void {
    this.characters += characters
    if (this.characters > this.maxCharacters) throw new TooLarge()
  }

  /** What a resolver is told of the field that it is for. */
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

  /** Hands a promise's value on as soon as it is there. */
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
   * Every field has been started: settles once each has its value.
   * @throws what the first field threw
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
  // A run may fail while it is still being started: whoever awaits it then finds the error.
  promise.catch(() => {})
  return { promise, ...(ends as Omit<PromiseWithEnds, 'promise'>) }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
