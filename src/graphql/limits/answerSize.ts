import type { ExecutionResult } from 'graphql'
import { type CodedError, costLimit } from '../../errors.js'

/** One character needs at most six bytes in JSON: a control character is written as `\u0001`. */
const BYTES_PER_CHARACTER = 6

export const answerTooLarge = (maxBytes: number): CodedError =>
  costLimit(`The answer is larger than ${maxBytes} bytes. Ask for smaller pages, or for less in each item.`, {
    http: { status: 400 },
  })

/** Returns the result, or an error instead if the result's JSON would be larger than `maxBytes`. */
export type LimitAnswer = (result: ExecutionResult) => ExecutionResult

export const limitAnswer =
  (maxBytes: number): LimitAnswer =>
  (result) => {
    const { data, errors } = result
    // First adds up the lengths only. That is fast, and enough for all but very large answers.
    const characters = sizeOf([data, errors], (text) => text.length, maxBytes)
    if (characters * BYTES_PER_CHARACTER <= maxBytes) return result
    const bytes =
      characters > maxBytes
        ? characters
        : sizeOf([data, errors], (text) => Buffer.byteLength(JSON.stringify(text)) - 2, maxBytes)
    return bytes > maxBytes ? { errors: [answerTooLarge(maxBytes)] } : result
  }

/** Estimates the size of a value's JSON without serializing it. It stops counting once the size is above `max`. */
function sizeOf(value: unknown, sizeOfText: (text: string) => number, max: number): number {
  let size = 0
  const add = (value: unknown): void => {
    if (size > max) return
    if (typeof value === 'string') size += sizeOfText(value) + 2
    else if (typeof value !== 'object' || value === null)
      size += value === undefined ? 0 : String(value).length
    else if (Array.isArray(value)) {
      size += value.length + 1
      for (const item of value) add(item)
    } else if (value instanceof Date) size += 26
    else if (value instanceof Error) {
      // Counts what the client gets: the message, the path, and 150 for the locations and the code.
      size += sizeOfText(value.message) + 150
      add((value as { path?: unknown }).path)
    } else
      for (const key in value) {
        size += sizeOfText(key) + 4
        add((value as Record<string, unknown>)[key])
      }
  }
  add(value)
  return size
}
