// The lower bound: ws alone. Each event is serialised once and sent to every socket, as in its guide.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { WebSocket, WebSocketServer } from 'ws'
import { triggers } from './sample.js'

const take = triggers((sample, seq) => {
  const message = Buffer.from(sample.text.replace(/"seq":\d+/, `"seq":${seq}`))
  for (const client of sockets.clients)
    if (client.readyState === WebSocket.OPEN) client.send(message, { binary: false })
})

const server = createServer(async (req, res) => {
  if (req.method === 'POST') await take(JSON.parse(await text(req)))
  res.setHeader('content-length', 2).end('{}')
})
const sockets = new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false })
server.listen(Number(process.env.PORT), '127.0.0.1')
