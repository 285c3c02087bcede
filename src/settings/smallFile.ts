import { accessSync, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { errorCode } from '../lib/errorCode.js'

/** What the file of a setting contains, or why it can’t be used. `problem` continues a sentence: `a file that …`. */
export type SmallFile = { readonly text: string; readonly isPublic: boolean } | { readonly problem: string }

/**
 * Reads a text file of limited size. Its content and its path are never part of the problem: somebody may have put a
 * secret where the path belongs.
 */
export function readSmallFile(path: string, maxBytes: number): SmallFile {
  try {
    // Before it is opened: to open a named pipe would wait for its writer.
    if (!statSync(path).isFile()) return { problem: 'is not a regular file' }
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(maxBytes + 1)
      let length = 0
      for (let read = -1; read !== 0 && length < bytes.length; length += read)
        read = readSync(file, bytes, length, bytes.length - length, null)
      if (length > maxBytes) return { problem: `is larger than ${maxBytes} bytes` }
      const isPublic = process.platform !== 'win32' && (fstatSync(file).mode & 0o004) !== 0
      return { text: utf8.decode(bytes.subarray(0, length)), isPublic }
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { problem: 'is not UTF-8 text' }
    return { problem: `can’t be read (${code ?? 'unknown error'})` }
  }
}

/** Why a file of limited size can’t be used, in the words of `SmallFile`. Its content is not read. */
export function problemWithFile(path: string, maxBytes: number): string | undefined {
  try {
    const file = statSync(path)
    if (!file.isFile()) return 'is not a regular file'
    if (file.size > maxBytes) return `is larger than ${maxBytes} bytes`
    if (file.size === 0) return 'is empty'
    accessSync(path, constants.R_OK)
    return undefined
  } catch (error) {
    return `can’t be read (${errorCode(error) ?? 'unknown error'})`
  }
}

/** Throws for anything but UTF-8. Drops a byte order mark. */
const utf8 = new TextDecoder('utf-8', { fatal: true })
