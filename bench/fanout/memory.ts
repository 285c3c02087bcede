import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface Memory {
  /** Bytes after a collection: objects, and buffers beside them. */
  heap: number
  /** Bytes that the system has given the process. */
  rss: number
}

/** What a process holds once its garbage is collected, asked of its inspector: nothing of the bench runs in it. */
export async function memoryOf(inspectorPort: number): Promise<Memory> {
  const targets = await (await fetch(`http://127.0.0.1:${inspectorPort}/json/list`)).json()
  const socket = new WebSocket(targets[0].webSocketDebuggerUrl, { perMessageDeflate: false })
  await once(socket, 'open')
  const ask = async (id: number, method: string, params: object = {}) => {
    socket.send(JSON.stringify({ id, method, params }))
    for (;;) {
      const [data] = await once(socket, 'message')
      const answer = JSON.parse(String(data))
      if (answer.id === id) return answer.result
    }
  }
  // The second takes what the finalizers of the first let go.
  await ask(1, 'HeapProfiler.collectGarbage')
  await ask(2, 'HeapProfiler.collectGarbage')
  const expression = 'JSON.stringify(process.memoryUsage())'
  const { result } = await ask(3, 'Runtime.evaluate', { expression })
  socket.close()
  await once(socket, 'close')
  const { heapUsed, external, rss } = JSON.parse(result.value)
  return { heap: heapUsed + external, rss }
}
