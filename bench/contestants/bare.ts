// The physical limit of HTTP: `node:http` reads a request and sends the same bytes each time.
import { createServer } from 'node:http'
import { port } from './environment.js'

const body = '{"data":{"__typename":"Query"}}'
const head = { 'content-type': 'application/json', 'content-length': body.length }

createServer((req, res) => {
  req.resume()
  req.on('end', () => res.writeHead(200, head).end(body))
}).listen(port, '127.0.0.1')
