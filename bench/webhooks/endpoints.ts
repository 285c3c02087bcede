// Some endpoints that accept everything, in a process of their own. Prints their URLs.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const urls: string[] = []
for (let left = Number(process.argv[2]); left > 0; left--) {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(204).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}
console.log(JSON.stringify(urls))
