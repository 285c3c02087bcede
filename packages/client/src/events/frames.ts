export interface Frame {
  readonly event: string
  readonly data: string
}

/**
 * The frames of a stream of Server-Sent Events, as Guildhall writes them: lines end with a line feed, and a frame has
 * one line of data.
 * @param heard called when something arrives, comments too
 */
export async function* frames(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
): AsyncGenerator<Frame, void> {
  // Safari can't iterate over a stream.
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    heard()
    const texts = (rest + decoder.decode(value, { stream: true })).split('\n\n')
    rest = texts.pop() ?? ''
    for (const text of texts) {
      const data = /^data: ?(.*)$/m.exec(text)?.[1] ?? ''
      const event = /^event: ?(.*)$/m.exec(text)?.[1]
      if (event !== undefined) yield { event, data }
    }
  }
}
