import type { TypedDocumentString } from '../operations/generated/graphql.js'

type Payload = { readonly __typename: `${string}Payload` }
type ResultOf<Data> = Extract<Data[keyof Data], { readonly __typename: string }>

/** A minimal GraphQL client: a POST with a document and a Bearer token. */
export class Api {
  constructor(
    readonly url: string,
    /** Null for an anonymous visitor. */
    readonly token: string | null = null,
  ) {}

  /** Runs one query or mutation. Throws if the response has `errors`. */
  async query<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token && { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ query: document.toString(), variables }),
    })
    const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] }
    if (errors || !data) throw new Error(errors?.[0]?.message ?? `HTTP ${response.status}`)
    return data
  }

  /** Runs a mutation and returns its payload. Throws the message of a refusal. */
  async mutate<Data extends object, Input>(
    document: TypedDocumentString<Data, { input: Input }>,
    input: Input,
  ): Promise<Extract<ResultOf<Data>, Payload>> {
    const result = Object.values(await this.query(document, { input }))[0] as ResultOf<Data>
    if (isPayload(result)) return result
    throw new Error(`${result.__typename}: ${Reflect.get(result, 'message')}`)
  }
}

function isPayload<Result extends { readonly __typename: string }>(
  result: Result,
): result is Extract<Result, Payload> {
  return result.__typename.endsWith('Payload')
}
