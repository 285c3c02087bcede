import type { TypedDocumentString } from '../../../../operations/generated/graphql.js'
import { isRefusal, type Refusal, type RefusalOf, refusalInWords } from '../model/refusal.js'
import { ApiError, errorInWords } from './apiError.js'
import { execute } from './execute.js'

/** What came of a mutation: the payload, a refusal of its union, or an error that is nobody's choice. */
export type Outcome<Result extends { readonly __typename: string }> =
  | { readonly kind: 'done'; readonly payload: Exclude<Result, RefusalOf<Result>> }
  | { readonly kind: 'refused'; readonly refusal: RefusalOf<Result> & Refusal; readonly words: string }
  | { readonly kind: 'failed'; readonly code: string; readonly words: string }

type ResultOf<Data> = Extract<Data[keyof Data], { readonly __typename: string }>

/** Runs a mutation of one field. */
export async function act<Data extends object, Input>(
  document: TypedDocumentString<Data, { input: Input }>,
  input: Input,
  token: string | null,
): Promise<Outcome<ResultOf<Data>>> {
  try {
    const data = await execute(document, { input }, token)
    // One field a mutation, and it is never null: the only value of the data is the result.
    const result = Object.values(data)[0] as ResultOf<Data>
    if (isRefusal(result)) {
      const refusal = result as RefusalOf<ResultOf<Data>> & Refusal
      return { kind: 'refused', refusal, words: refusalInWords(refusal) }
    }
    return { kind: 'done', payload: result as Exclude<ResultOf<Data>, RefusalOf<ResultOf<Data>>> }
  } catch (error) {
    return {
      kind: 'failed',
      code: error instanceof ApiError ? error.code : 'PAGE',
      words: errorInWords(error),
    }
  }
}
