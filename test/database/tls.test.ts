import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/database/connect.js'
import { readSettings } from '../../src/settings/settings.js'
import { createDatabase, type TestDatabase } from '../support/database.js'
import { selfSigned } from '../support/selfSigned.js'

/**
 * A PostgreSQL with a self-signed certificate, similar to managed services with their own
 * authority.
 */
describe('sslmode', () => {
  let database: TestDatabase
  let url: string
  let authority: string
  let close: () => Promise<void>
  /** Whether the last connection was encrypted. */
  let encrypted: boolean

  beforeAll(async () => {
    database = await createDatabase({ empty: true })
    const target = new URL(database.url)
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('data', (bytes) => {
        const to = connectTo(Number(target.port), target.hostname)
        sockets.add(to)
        to.on('error', () => {})
        // An SSLRequest has eight bytes. A client without TLS starts with a longer message.
        encrypted = bytes.length === 8
        let client: Socket = socket
        if (encrypted) {
          socket.write('S')
          client = new TLSSocket(socket, { isServer: true, ...selfSigned })
          client.on('error', () => {})
        } else to.write(bytes)
        client.pipe(to).pipe(client)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = new URL(database.url)
    proxy.port = String((server.address() as AddressInfo).port)
    url = proxy.href
    const directory = await mkdtemp(join(tmpdir(), 'guildhall-tls-'))
    authority = join(directory, 'ca.pem')
    await writeFile(authority, selfSigned.cert)
    close = async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await rm(directory, { recursive: true })
    }
  })
  afterAll(async () => {
    await close()
    await database.drop()
  })

  const tryWith = async (query: string) => {
    const warnings: Error[] = []
    const warned = (warning: Error) => void warnings.push(warning)
    process.on('warning', warned)
    try {
      const text = readSettings({ DATABASE_URL: `${url}${query}` }).database.url ?? ''
      const client = await connect(text)
      await client.query('select 1')
      await client.end()
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('warning', warned)
    }
    expect(warnings).toEqual([])
    return encrypted
  }

  it.each(['require', 'prefer', 'allow', 'no-verify'])(
    '%s encrypts, whoever signed the certificate',
    async (mode) => {
      expect(await tryWith(`?sslmode=${mode}`)).toBe(true)
    },
  )

  it('verify-full and verify-ca need a certificate that they can check', async () => {
    for (const mode of ['verify-full', 'verify-ca', 'require'])
      expect(await tryWith(`?sslmode=${mode}&sslrootcert=${authority}`)).toBe(true)
    await expect(tryWith('?sslmode=verify-full')).rejects.toThrow(
      /^DATABASE_URL .*self-signed certificate.*sslrootcert/,
    )
    await expect(tryWith('?ssl=true')).rejects.toThrow(/sslrootcert/)
    await expect(tryWith('?sslmode=verify-full&sslrootcert=/missing.pem')).rejects.toThrow(
      /^DATABASE_URL .*missing.pem/,
    )
  })

  it('disable and no value do not encrypt', async () => {
    expect(await tryWith('?sslmode=disable')).toBe(false)
    expect(await tryWith('')).toBe(false)
  })
})
