import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { connect, createServer, type ListenOptions, type Server } from 'node:net'
import { join } from 'node:path'
import { errorCode } from './errorCode.js'
import { DataDirInUseError } from './errors.js'

/** Exclusive use of a directory, until `release` or the end of the process, even by kill -9. */
export interface DirectoryLock {
  release(): Promise<void>
}

/**
 * Locks a directory with something that the kernel releases. A file with a process id would survive kill -9, and in a
 * container the next server has the same id. Node has no flock, so each platform has its own way.
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
 * Linux: an abstract socket has no races, but belongs to the network namespace, so two containers with one volume don't
 * see each other's. The holder therefore also listens on a socket file in the directory, which both see.
 */
async function lockBySocket(dir: string): Promise<DirectoryLock> {
  const name = await lockByName(dir, `\0guildhall-${directoryId(dir)}`)
  // A socket's path may have at most 107 bytes. The path by the open directory is always short enough.
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
    // Some file systems don't support sockets. There the abstract socket alone must do.
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

/** macOS and the BSDs can lock a file when opening it. Node passes the flag on, but has no constant for it. */
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

/** Asks the socket for its holder. Undefined if nobody listens. `pid` is undefined if the holder doesn't answer. */
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
