// Text that someone else wrote, made fit to stand in a mail of ours.

/** Line breaks of every kind. */
const lineBreak = /\r\n?|[\u2028\u2029\u0085]/g
/**
 * Controls, halves of surrogate pairs, what reorders text, and what nobody sees. Joiners (U+200C, U+200D)
 * stay: words of some scripts, and emoji, are spelt with them.
 */
const hidden = /[^\P{Cc}\n]|[\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/gu
/** Where programs that read mail find a link or an address: a dot, colon, slash or @ within a word. */
const linkPoint = /[.:/@\u3002\uff0e\uff61](?=\S)/g
const WORD_JOINER = '\u2060'

/**
 * Mail programs make links of what looks like one, wherever it stands. An unseen word joiner keeps them
 * from it, so that the only link in a mail is ours; a reader sees no difference.
 */
const unlinked = (text: string): string => text.replace(linkPoint, (point) => point + WORD_JOINER)

const visible = (text: string): string =>
  text.replace(lineBreak, '\n').replaceAll('\t', ' ').replace(hidden, '')

/** A name, in one line. */
export const plainName = (text: string): string => unlinked(visible(text).replace(/\s+/g, ' ').trim())

/** The lines of a note, with no more than one empty line between two. */
export const plainLines = (text: string): string[] =>
  unlinked(
    visible(text)
      .replace(/[^\S\n]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  ).split('\n')
