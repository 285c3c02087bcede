// Makes text from other people safe for our mails.

/** Line breaks of every kind. */
const lineBreak = /\r\n?|[\u2028\u2029\u0085]/g
/**
 * Control characters, lone surrogates, and characters that reorder text or are invisible. Joiners (U+200C, U+200D) stay,
 * because some scripts and emoji need them.
 */
const hidden = /[^\P{Cc}\n]|[\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/gu
/** A dot, colon, slash or @ within a word: mail programs make links and addresses of such words. */
const linkPoint = /[.:/@\u3002\uff0e\uff61](?=\S)/g
const WORD_JOINER = '\u2060'

/**
 * Mail programs make links of everything that looks like one. An invisible word joiner prevents that, so that our link is
 * the only one. Readers see no difference.
 */
const unlinked = (text: string): string => text.replace(linkPoint, (point) => point + WORD_JOINER)

const visible = (text: string): string =>
  text.replace(lineBreak, '\n').replaceAll('\t', ' ').replace(hidden, '')

/** A name, in one line. */
export const plainName = (text: string): string => unlinked(visible(text).replace(/\s+/g, ' ').trim())

/** The lines of a message, with at most one empty line between two. */
export const plainLines = (text: string): string[] =>
  unlinked(
    visible(text)
      .replace(/[^\S\n]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  ).split('\n')
