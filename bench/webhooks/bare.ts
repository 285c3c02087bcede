// Posts the same body again and again to some endpoints, to each one after another: what a loop around undici can do.
import { Agent, request } from 'undici'
import { measured } from './loop.js'

const dispatcher = new Agent({ connections: 1, pipelining: 1 })
await measured(dispatcher, async (places, each, body) => {
  await Promise.all(
    places.map(async ({ url }) => {
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
})
