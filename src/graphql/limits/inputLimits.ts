import { CodedError } from '../../errors.js'

/** How many items a list of an input can have; many fields take fewer. */
export const MAX_LIST_ITEMS = 1_000
/** More than a JSON object of 8,192 bytes can have, and far more than an input of the schema. */
const MAX_OBJECT_FIELDS = 2_000
/** Of all `variables` together. Each takes some 40 bytes, an empty list too, which is two characters. */
const MAX_VALUES = 20_000
/** Lists and objects inside each other. It keeps whatever walks through variables recursively on the stack. */
const MAX_VARIABLE_DEPTH = 100

const tooLarge = (message: string) => new CodedError('BAD_USER_INPUT', message, { http: { status: 400 } })

/** @param where as in "a string in `variables`" */
export const stringTooLong = (where: string, maxLength: number) =>
  tooLarge(`A string in ${where} is longer than ${maxLength} UTF-16 code units.`)

export const listTooLong = (where: string) =>
  tooLarge(`A list in ${where} has more than ${MAX_LIST_ITEMS} items.`)

/** Checks what a request brings beside its document. */
export type CheckInput = (asked: {
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
}) => void

/**
 * Bounds the strings, lists, objects and nesting of a request's variables (contract §1) before anything reads them, so that
 * no parser, pattern or comparison meets a text of any length. The document's own literals are checked with its
 * tokens (limits.ts).
 * @param maxStringLength in UTF-16 code units
 * @returns a function that throws BAD_USER_INPUT
 */
export const inputChecker = (maxStringLength: number): CheckInput => {
  let values = 0
  const check = (value: unknown, depth: number): void => {
    if (++values > MAX_VALUES) throw tooLarge(`\`variables\` have more than ${MAX_VALUES} values.`)
    if (typeof value === 'string') {
      if (value.length > maxStringLength) throw stringTooLong('`variables`', maxStringLength)
      return
    }
    if (typeof value !== 'object' || value === null) return
    if (depth === MAX_VARIABLE_DEPTH)
      throw tooLarge(`\`variables\` are nested more than ${MAX_VARIABLE_DEPTH} levels deep.`)
    if (Array.isArray(value)) {
      if (value.length > MAX_LIST_ITEMS) throw listTooLong('`variables`')
      for (const item of value) check(item, depth + 1)
      return
    }
    let fields = 0
    for (const key in value) {
      if (++fields > MAX_OBJECT_FIELDS)
        throw tooLarge(`An object in \`variables\` has more than ${MAX_OBJECT_FIELDS} fields.`)
      if (key.length > maxStringLength) throw stringTooLong('`variables`', maxStringLength)
      check((value as Record<string, unknown>)[key], depth + 1)
    }
  }
  return ({ operationName, variables }) => {
    if (operationName && operationName.length > maxStringLength)
      throw stringTooLong('`operationName`', maxStringLength)
    values = 0
    check(variables, 0)
  }
}
