import { signal } from '@preact/signals'
import { en, type Words } from './en.js'

export type { Words } from './en.js'

/** The words of the chosen language. `speak` in language.ts changes them. */
export const currentWords = signal<Words>(en)

/**
 * The words of the chosen language. Call it where a text is needed, not when a file is loaded: a component that calls
 * it is drawn again when the language changes.
 */
export function words(): Words {
  return currentWords.value
}
