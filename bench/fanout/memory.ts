import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface Memory {
  /** Bytes of objects and buffers after a garbage collection. */
  heap: number
  /** Resident memory in bytes. */
  rss: number
}

/** The memory of a process after a garbage collection. It is read by the inspector, so no code of the bench runs in it. */
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
  // The second collection frees what the finalizers of the first released.
  await ask(1, 'HeapProfiler.collectGarbage')
  await ask(2, 'HeapProfiler.collectGarbage')
  const expression = 'JSON.stringify(process.memoryUsage())'
  const { result } = await ask(3, 'Runtime.evaluate', { expression })
  socket.close()
  await once(socket, 'close')
  const { heapUsed, external, rss } = JSON.parse(result.value)
  return { heap: heapUsed + external, rss }
}
