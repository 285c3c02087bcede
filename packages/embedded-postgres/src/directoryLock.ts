import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { connect, createServer, type ListenOptions, type Server } from 'node:net'
import { join } from 'node:path'
import { errorCode } from './errorCode.js'
import { DataDirInUseError } from './errors.js'

/** Exclusive use of a directory, until `release` or until the process ends, even if it is killed by SIGKILL. */
export interface DirectoryLock {
  release(): Promise<void>
}

/**
 * Locks a directory with a lock that the kernel releases when the process ends. A file with the process id would remain
 * after SIGKILL, and in a container the next server often has the same id. Node has no flock, so each platform needs
 * its own method.
 *
 * @throws DataDirInUseError if another process, or this one, holds the lock.
 */
export function lockDirectory(dir: string): Promise<DirectoryLock> {
  if (process.platform === 'linux') return lockBySocket(dir)
  if (process.platform === 'win32') return lockByName(dir, `\\\\.\\pipe\\guildhall-${directoryId(dir)}`)
  return lockByOpening(dir)
}

/** An id of 16 hex digits. It is the same for every path to the directory. */
export function directoryId(dir: string): string {
  const { dev, ino } = statSync(dir, { bigint: true })
  return createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 16)
}

/**
 * Linux: an abstract socket has no race conditions. But it belongs to the network namespace, so two containers that
 * share a volume do not see each other's socket. Therefore the holder also listens on a socket file in the directory,
 * which both containers see.
 */
async function lockBySocket(dir: string): Promise<DirectoryLock> {
  const name = await lockByName(dir, `\0guildhall-${directoryId(dir)}`)
  // The path of a socket can have at most 107 bytes. This path through the open directory is always short enough.
  const fd = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY)
  const path = `/proc/self/fd/${fd}/lock.sock`
  const release = async (file?: Server) => {
    if (file) await close(file)
    closeSync(fd)
    await name.release()
  }
  try {
    const holder = await ask(path)
    if (holder) throw new DataDirInUseError(dir, holder.pid)
    rmSync(path, { force: true })
    // Other users must be able to connect and ask who holds the lock.
    const file = await listen(path, { readableAll: true, writableAll: true })
    return { release: () => release(file) }
  } catch (error) {
    // Some file systems don't support sockets. Then the abstract socket is the only lock.
    if (['EOPNOTSUPP', 'ENOTSUP', 'EINVAL', 'EPERM', 'EROFS'].includes(errorCode(error) ?? ''))
      return { release: () => release() }
    await release()
    throw error
  }
}

async function lockByName(dir: string, name: string): Promise<DirectoryLock> {
  try {
    const server = await listen(name)
    return { release: () => close(server) }
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error
    throw new DataDirInUseError(dir, (await ask(name))?.pid)
  }
}

/** macOS and the BSDs can lock a file when it is opened. Node accepts the flag, but has no constant for it. */
async function lockByOpening(dir: string): Promise<DirectoryLock> {
  const O_EXLOCK = 0x20
  const path = join(dir, 'lock')
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK, 0o600)
    writeSync(fd, String(process.pid).padEnd(16), 0)
    return { release: async () => closeSync(fd) }
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error
    throw new DataDirInUseError(dir, Number(readFileSync(path, 'utf8')) || undefined)
  }
}

function listen(path: string, options: ListenOptions = {}): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).setTimeout(1000, () => socket.destroy())
      socket.end(String(process.pid))
    })
    server.once('error', reject)
    // unref: the lock must not keep the process running.
    server.listen({ ...options, path }, () => resolve(server.unref()))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Asks the socket which process holds the lock. Undefined if nobody listens. `pid` is undefined if nobody answers. */
function ask(path: string): Promise<{ pid: number | undefined } | undefined> {
  return new Promise((resolve, reject) => {
    let answer: string | undefined
    const socket = connect(path, () => {
      answer = ''
    })
    socket.setEncoding('utf8').setTimeout(500, () => socket.destroy())
    socket.on('data', (text) => {
      answer = (answer ?? '') + text
    })
    socket.on('error', (error) => {
      const free = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'].includes(errorCode(error) ?? '')
      if (answer === undefined && !free) reject(error)
    })
    socket.on('close', () => resolve(answer === undefined ? undefined : { pid: Number(answer) || undefined }))
  })
}
