import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { clusterDir } from '../../packages/embedded-postgres/src/cluster.js'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../packages/embedded-postgres/src/embedded.js'
import { connect } from '../../src/database/connect.js'
import { readSettings } from '../../src/settings/settings.js'
import { ready } from '../faults/serverProcesses.js'
import { cleanUpAfterCrash } from '../support/cleanUpAfterCrash.js'
import { freePort } from '../support/freePort.js'
import { silent } from '../support/jobs.js'
import { JWT_SECRET } from '../support/testServer.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A PostgreSQL whose certificate is from an authority of its own, and which refuses connections without TLS. */
describe('a PostgreSQL with TLS', () => {
  let directory: string
  let postgres: EmbeddedPostgres
  let cleared: () => void
  /** The authority's certificate. */
  let authority: string
  /** The certificate is for `localhost`, and not for this host. */
  const OTHER_HOST = '127.0.0.1'

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'guildhall-tls-'))
    cleared = cleanUpAfterCrash(directory)
    authority = join(directory, 'ca.pem')
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=an authority',
    )
    openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
    await writeFile(join(directory, 'names'), 'subjectAltName=DNS:localhost\n')
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
    openssl('x509', '-req', '-in', 'server.csr', ...by, '-out', 'server.crt')

    postgres = await startEmbeddedPostgres({ dataDir: directory, log: silent, durable: false })
    const cluster = clusterDir(directory)
    const { uid, gid } = await stat(cluster)
    for (const file of ['server.crt', 'server.key']) {
      await copyFile(join(directory, file), join(cluster, file))
      await chown(join(cluster, file), uid, gid)
    }
    const access = await readFile(join(cluster, 'pg_hba.conf'), 'utf8')
    await writeFile(join(cluster, 'pg_hba.conf'), access.replaceAll(/^host\b/gm, 'hostssl'))
    const client = new pg.Client({ connectionString: postgres.connectionString })
    await client.connect()
    await client.query(`alter system set ssl = on`)
    await client.query('select pg_reload_conf()')
    await client.end()
    await vi.waitFor(() => tryWith('sslmode=require'), { timeout: 10_000 })
  })
  afterAll(async () => {
    await postgres?.stop()
    cleared()
    await rm(directory, { recursive: true })
  })

  const urlOf = (query: string, host = 'localhost') => {
    const url = new URL(postgres.connectionString)
    url.hostname = host
    url.search = query
    return url.href
  }

  const connectWith = (query: string, host?: string) =>
    connect(readSettings({ DATABASE_URL: urlOf(query, host) }).database.url ?? '')

  async function tryWith(query: string, host?: string) {
    const client = await connectWith(query, host)
    const { rows } = await client.query('select ssl, version from pg_stat_ssl where pid = pg_backend_pid()')
    await client.end()
    return rows[0]
  }

  it('is not reached without TLS', async () => {
    await expect(tryWith('')).rejects.toThrow(/no encryption/)
    await expect(tryWith('sslmode=disable')).rejects.toThrow(/no encryption/)
  })

  it('is reached with its authority’s certificate, and with no check at all', async () => {
    const encrypted = { ssl: true, version: expect.stringMatching(/^TLSv1\.[23]$/) }
    expect(await tryWith(`sslmode=verify-full&sslrootcert=${authority}`)).toEqual(encrypted)
    expect(await tryWith('sslmode=require')).toEqual(encrypted)
  })

  it('is refused by verify-full without the certificate, and on a host that it is not for', async () => {
    await expect(tryWith('sslmode=verify-full')).rejects.toThrow(/sslrootcert/)
    await expect(tryWith(`sslmode=verify-full&sslrootcert=${authority}`, OTHER_HOST)).rejects.toThrow(
      /127\.0\.0\.1/,
    )
    expect(await tryWith(`sslmode=verify-ca&sslrootcert=${authority}`, OTHER_HOST)).toMatchObject({
      ssl: true,
    })
  })

  it('is reached by TLS on every connection of a server', async () => {
    const port = await freePort()
    const client = await connectWith('sslmode=require')
    // Sessions of this test, one of which was opened before there was TLS, may still be ending.
    const others = await client.query<{ pid: number }>('select pid from pg_stat_activity')
    const child = spawn(process.execPath, [inject('serverMain')], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: String(port),
        DATABASE_URL: urlOf(`sslmode=verify-full&sslrootcert=${authority}`),
        AUTH_JWT_SECRET: JWT_SECRET,
        APP_URL: 'https://app.example',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const ended = once(child, 'exit')
    try {
      await ready(`http://127.0.0.1:${port}`)
      // PostgreSQL knows whether a session has TLS once it has ended "starting".
      const { rows } = await client.query<{ name: string; ssl: boolean }>(
        `select application_name as name, bool_and(ssl) as ssl from pg_stat_ssl join pg_stat_activity using (pid)
         where backend_type = 'client backend' and pid <> all($1) and state <> 'starting' group by 1`,
        [others.rows.map(({ pid }) => pid)],
      )
      expect(rows.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['guildhall', 'guildhall watch', 'guildhall hints: listen']),
      )
      expect(rows.filter(({ ssl }) => !ssl)).toEqual([])
    } finally {
      child.kill('SIGTERM')
      await ended
      await client.end()
    }
  })
})
