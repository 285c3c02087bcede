import { appendFile, chown, cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from '../../packages/embedded-postgres/src/account.js'
import { clusterDir } from '../../packages/embedded-postgres/src/cluster.js'
import { cleanUpAfterCrash } from './cleanUpAfterCrash.js'
import { makeCluster, nodeOn, type PostgresNode } from './postgresNode.js'

/** A primary and a standby that streams from it. */
export interface Pair {
  primary: PostgresNode
  standby: PostgresNode
  close(): Promise<void>
}

export async function startPair(): Promise<Pair> {
  const dataDirs = await Promise.all(
    ['a', 'b'].map((name) => mkdtemp(join(tmpdir(), `guildhall-pair-${name}-`))),
  )
  const [one = '', other = ''] = dataDirs
  const cleared = dataDirs.map(cleanUpAfterCrash)
  const cluster = await makeCluster(one)
  await appendFile(join(clusterDir(one), 'pg_hba.conf'), 'host replication all 127.0.0.1/32 scram-sha-256\n')
  await copyOwned(clusterDir(one), clusterDir(other), cluster.account)
  const primary = await nodeOn(cluster)
  const standby = await nodeOn({ ...cluster, dataDir: other })
  await primary.start()
  await standby.start(primary)
  return {
    primary,
    standby,
    async close() {
      await Promise.all([primary.stop(), standby.stop()])
      for (const clear of cleared) clear()
      await Promise.all(dataDirs.map((dataDir) => rm(dataDir, { recursive: true, force: true })))
    },
  }
}

async function copyOwned(from: string, to: string, account: Account | undefined): Promise<void> {
  await cp(from, to, { recursive: true })
  if (!account) return
  await chown(to, account.uid, account.gid)
  for (const name of await readdir(to, { recursive: true }))
    await chown(join(to, name), account.uid, account.gid)
}
