import { CodedError } from '../../errors.js'

/** The most items of a list in an input. Many fields accept fewer. */
export const MAX_LIST_ITEMS = 1_000
/** The most fields of an object. More than fit into 8,192 bytes of JSON, and far more than any input of the schema has. */
const MAX_OBJECT_FIELDS = 2_000
/** The most values in all `variables` together. Each uses about 40 bytes of memory, even an empty list of two characters. */
const MAX_VALUES = 20_000
/** The deepest nesting of lists and objects. Deeper values could overflow the stack of recursive functions. */
const MAX_VARIABLE_DEPTH = 100

const tooLarge = (message: string) => new CodedError('BAD_USER_INPUT', message, { http: { status: 400 } })

/** @param where for the message, such as "`variables`" */
export const stringTooLong = (where: string, maxLength: number) =>
  tooLarge(`A string in ${where} is longer than ${maxLength} UTF-16 code units.`)

export const listTooLong = (where: string) =>
  tooLarge(`A list in ${where} has more than ${MAX_LIST_ITEMS} items.`)

/** Checks the variables and the operation's name of a request. */
export type CheckInput = (asked: {
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
}) => void

/**
 * Limits the strings, lists, objects and nesting of a request's variables (contract §1) before any other code reads
 * them. So no parser, regular expression or comparison gets a text of unlimited length. `limits.ts` checks the literals
 * in the document.
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
