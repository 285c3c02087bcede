import type { Document } from './document.js'

/** Sends queries and mutations. `guildhallApi` of @guildhall/client makes one. */
export interface Requests {
  /**
   * Returns the data of the answer.
   * @throws ApiError if the answer has errors, or if there is none
   */
  query<Data>(text: string, variables?: Record<string, unknown>): Promise<Data>
}

/** The same requests, with the types of the document. */
export interface TypedRequests {
  query<Data, Variables extends Record<string, unknown>>(
    document: Document<Data, Variables>,
    variables: Variables,
  ): Promise<Data>
}
