export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    data?: Record<string, unknown> | null
    errors?: {
      message: string
      path?: unknown[]
      extensions: { code: string; id?: string } & Record<string, unknown>
    }[]
  }
}

/** POSTs one operation as JSON, with Content-Type and the given headers only. */
export const ask = async (
  url: string,
  query: string,
  {
    variables,
    operationName,
    headers = {},
  }: { variables?: unknown; operationName?: string; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables, operationName }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

export const codes = ({ body }: Pick<Answer, 'body'>): string[] =>
  (body.errors ?? []).map(({ extensions }) => extensions.code)
