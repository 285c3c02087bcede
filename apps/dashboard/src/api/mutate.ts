import type { TypedDocumentString } from '../../../../operations/generated/graphql.js'
import { isRefusal, type Refusal, type RefusalOf, refusalMessage } from '../model/refusal.js'
import { ApiError, errorMessage } from './apiError.js'
import { execute } from './execute.js'

/** The result of a mutation: its payload, a refusal from its union, or an error (network, server or this page). */
export type Outcome<Result extends { readonly __typename: string }> =
  | { readonly kind: 'done'; readonly payload: Exclude<Result, RefusalOf<Result>> }
  | { readonly kind: 'refused'; readonly refusal: RefusalOf<Result> & Refusal; readonly message: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

type ResultOf<Data> = Extract<Data[keyof Data], { readonly __typename: string }>

/** Runs a mutation that has one field. Never throws: an error becomes an outcome of kind `failed`. */
export async function mutate<Data extends object, Input>(
  document: TypedDocumentString<Data, { input: Input }>,
  input: Input,
  token: string | null,
): Promise<Outcome<ResultOf<Data>>> {
  try {
    const data = await execute(document, { input }, token)
    // Each of our mutations has one field, and it is never null.
    const [[field, value] = []] = Object.entries(data)
    const result = value as ResultOf<Data>
    if (isRefusal(result)) {
      const refusal = result as RefusalOf<ResultOf<Data>> & Refusal
      return { kind: 'refused', refusal, message: refusalMessage(refusal, field) }
    }
    return { kind: 'done', payload: result as Exclude<ResultOf<Data>, RefusalOf<ResultOf<Data>>> }
  } catch (error) {
    return {
      kind: 'failed',
      code: error instanceof ApiError ? error.code : 'PAGE',
      message: errorMessage(error),
    }
  }
}
