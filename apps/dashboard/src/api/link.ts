import type { Sink } from '@guildhall/client/events'
import { openLine } from '@guildhall/client/events'
import { type ReadonlySignal, signal } from '@preact/signals'
import type { TypedDocumentString } from '../../../../operations/generated/graphql.js'

/** One WebSocket for all of a page's subscriptions. */
export interface Link {
  readonly isCut: ReadonlySignal<boolean>
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    sink: Sink<Data>,
  ): () => void
  /** Breaks the connection off without a word, as a tunnel does, and keeps it so until `mend`. */
  cut(): void
  mend(): void
  close(): void
}

export function openLink(token: string): Link {
  const isCut = signal(false)
  const line = openLine({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    token,
  })
  return {
    isCut,
    subscribe: (document, variables, sink) => line.subscribe({ query: document.toString(), variables }, sink),
    cut() {
      isCut.value = true
      line.terminate()
    },
    mend() {
      isCut.value = false
    },
    close: () => void line.close(),
  }
}
