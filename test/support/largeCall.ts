import type { Asker, Call, Operation } from './largeOperations.js'

/** Returns an `Authorization` header. */
export type Authorize = (as: Asker) => string | Promise<string>

/** Sends requests to a server, as a client does. */
export function callOn(url: string, authorize: Authorize) {
  const send = async (as: Asker, accept: string, document: string, variables: object) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: await authorize(as) },
      body: JSON.stringify({ query: document, variables }),
    })
    if (!response.ok) throw new Error(`HTTP ${response.status} ${await response.text()}`)
    return response
  }
  const call: Call = async (as, document, variables = {}) => {
    const { data, errors } = (await (await send(as, 'application/json', document, variables)).json()) as {
      data: unknown
      errors?: unknown[]
    }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  /** Subscribes, and leaves after the first event. */
  const firstEvent = async (as: Asker, document: string, variables: object = {}) => {
    const { body } = await send(as, 'text/event-stream', document, variables)
    let text = ''
    // To return ends the request.
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString()
      const event = /^data: (.+)$/m.exec(text)?.[1]
      if (event === undefined) continue
      if (event.includes('"errors"')) throw new Error(event)
      return
    }
    throw new Error(`the stream ended before its first event: ${text}`)
  }
  return {
    call,
    /** Makes a request and waits for its answer. @throws if it is refused */
    async run({ name, document }: Operation, { as, variables }: Awaited<ReturnType<Operation['prepare']>>) {
      if (document.startsWith('subscription')) return firstEvent(as, document, variables)
      const data = await call(as, document, variables)
      const { __typename: type, message } = data.result ?? {}
      if (type?.endsWith('Error')) throw new Error(`${name}: ${type}: ${message}`)
    },
  }
}
