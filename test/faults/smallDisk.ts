import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../../src/lib/errorCode.js'

/** Why a small disk can't be mounted here, or undefined if it can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can mount a small disk'
  const probe = join(tmpdir(), `guildhall-mount-${process.pid}`)
  try {
    execFileSync('sh', ['-c', `mkdir ${probe} && mount -t tmpfs tmpfs ${probe} && umount ${probe}`], {
      stdio: 'ignore',
    })
    return undefined
  } catch {
    return 'this machine does not allow mounts'
  } finally {
    execFileSync('rmdir', [probe])
  }
}

/** A file system of its own in memory, which can be filled. */
export interface SmallDisk {
  path: string
  fill(): Promise<void>
  /** Deletes what `fill` wrote. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** @param owner who may write on it, besides root */
export async function mountSmallDisk(
  megabytes: number,
  owner: { uid: number; gid: number },
): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'guildhall-disk-'))
  const options = `size=${megabytes}m,mode=0700,uid=${owner.uid},gid=${owner.gid}`
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'guildhall-test', path])
  // Unmounts it if this process dies. The pipe closes with its writer, even after a kill -9.
  const shell = spawn('/bin/sh', ['-c', `read -r word; umount -l ${path}; rmdir ${path}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  const filler = join(path, 'filler')
  return {
    path,
    async fill() {
      const file = await open(filler, 'a')
      try {
        for (const size of [1_048_576, 4_096]) await writeUntilFull(file, Buffer.alloc(size))
      } finally {
        await file.close()
      }
    },
    clear: () => rm(filler, { force: true }),
    async close() {
      execFileSync('umount', [path])
      await rmdir(path)
      shell.kill('SIGKILL')
    },
  }
}

async function writeUntilFull(
  file: { write(bytes: Buffer): Promise<{ bytesWritten: number }> },
  bytes: Buffer,
): Promise<void> {
  try {
    while ((await file.write(bytes)).bytesWritten === bytes.length);
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') throw error
  }
}
