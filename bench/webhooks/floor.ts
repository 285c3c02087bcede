// Posts the same body again and again to some endpoints, to each one after another: what a loop around undici can do.
// Prints the CPU time that it took, µs.
import { Agent, request } from 'undici'

const { urls, body, each } = JSON.parse(process.argv[2] ?? '{}') as {
  urls: string[]
  body: string
  each: number
}
const dispatcher = new Agent({ connections: 1, pipelining: 1 })
const before = process.cpuUsage()
await Promise.all(
  urls.map(async (url) => {
    for (let sent = 0; sent < each; sent++) {
      const answer = await request(url, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      await answer.body.dump()
    }
  }),
)
const { user, system } = process.cpuUsage(before)
console.log(user + system)
await dispatcher.close()
