import type { Page } from 'playwright-core'

/** The texts of a language: whole ones, and the fixed pieces of those that have a value in them. */
export interface Texts {
  readonly whole: ReadonlySet<string>
  readonly pieces: readonly string[]
}

const VALUE = '\u2042'
/** Shorter pieces, such as "by", are words of other languages too, or parts of names. */
const MIN_PIECE = 10

/** Collects the texts of a file of words. Functions are called with values that can be told from the text. */
export function textsOf(words: unknown): Texts {
  const whole = new Set<string>()
  const pieces = new Set<string>()
  const walk = (block: unknown): void => {
    if (typeof block === 'string') whole.add(block)
    else if (typeof block === 'function') {
      for (const value of [VALUE, 1, 7, [VALUE, VALUE], {}])
        try {
          const made: unknown = block(value, value, value, value)
          const text = Array.isArray(made) ? made.join('') : String(made)
          for (const piece of text.split(new RegExp(`[${VALUE}\\d]+`))) {
            const trimmed = piece.trim()
            if (trimmed.length >= MIN_PIECE) pieces.add(trimmed)
          }
        } catch {
          // It takes another kind of value.
        }
    } else if (typeof block === 'object' && block !== null)
      for (const held of Object.values(block)) walk(held)
  }
  walk(words)
  return { whole, pieces: [...pieces] }
}

/** The texts of `one` that the other language doesn't have as well. */
export function onlyIn(one: Texts, other: Texts): Texts {
  const inOther = [...other.whole, ...other.pieces].join('\n')
  return {
    whole: new Set([...one.whole].filter((text) => !other.whole.has(text))),
    pieces: one.pieces.filter((piece) => !inOther.includes(piece)),
  }
}

/** Every text that can be seen or heard on a page: of elements, and of attributes that are read. */
export function shownTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const texts = [document.title]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      if (parent.closest('script, style, noscript') || !(parent.checkVisibility() || parent.closest('select'))) continue
      texts.push(node.data)
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) texts.push(element.getAttribute(name) ?? '')
    return texts.map((text) => text.trim()).filter((text) => text !== '')
  })()`)
}

/** Which of the shown texts are of a language. */
export function foreignTexts(shown: readonly string[], { whole, pieces }: Texts): string[] {
  return shown.filter((text) => whole.has(text) || pieces.some((piece) => text.includes(piece)))
}
