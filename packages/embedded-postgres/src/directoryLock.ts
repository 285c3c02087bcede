import { createHash } from 'node:crypto'
import { closeSync, constants, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { connect, createServer, type ListenOptions, type Server } from 'node:net'
import { join } from 'node:path'
import { errorCode } from './errorCode.js'
import { DataDirInUseError } from './errors.js'

/** Exclusive use of a directory. Ends with `release` or with the process, however that dies. */
export interface DirectoryLock {
  release(): Promise<void>
}

/**
 * A file with a process id would outlive a kill -9, and in a container the next server has the same id: so the
 * lock is something that the kernel itself takes back. Node has no flock, hence one way per platform.
 *
 * @throws DataDirInUseError where another living process (or this one) holds it.
 */
export function lockDirectory(dir: string): Promise<DirectoryLock> {
  if (process.platform === 'linux') return lockBySocket(dir)
  if (process.platform === 'win32') return lockByName(dir, `\\\\.\\pipe\\guildhall-${directoryId(dir)}`)
  return lockByOpening(dir)
}

/** The same for every path that leads to the directory, 16 hex digits. */
export function directoryId(dir: string): string {
  const { dev, ino } = statSync(dir, { bigint: true })
  return createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 16)
}

/**
 * Linux: an abstract socket is free of races but belongs to the network namespace, so that two containers on
 * one volume don't see each other's. Its holder therefore also listens on a socket file, which they do see.
 */
async function lockBySocket(dir: string): Promise<DirectoryLock> {
  const name = await lockByName(dir, `\0guildhall-${directoryId(dir)}`)
  // A socket's path holds 107 bytes at most; by way of the open directory it is always short enough.
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
    // Open to all, as far as the directory is: whoever asks may be another user.
    const file = await listen(path, { readableAll: true, writableAll: true })
    return { release: () => release(file) }
  } catch (error) {
    // Some mounts know no sockets: there the abstract one has to do.
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

/** macOS and the BSDs lock a file while opening it. Node hands the flags on, but doesn't name them. */
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
    // Unreferenced: holding a lock is no reason for a process to go on.
    server.listen({ ...options, path }, () => resolve(server.unref()))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Who listens on the socket; undefined where nobody does. A holder too busy to answer has no pid. */
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
