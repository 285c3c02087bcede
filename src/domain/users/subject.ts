/** OpenID Connect Core, 2. */
export const MAX_SUBJECT = 255

/** What PostgreSQL couldn't tell from another or couldn't hold: NUL, halves of a surrogate pair. */
const unstorable = /[\0\p{Cs}]/u

/** Whether a text can be the `sub` of somebody, be it a token that says so or the host application. */
export const isSubject = (text: string): boolean =>
  text.length <= MAX_SUBJECT && text.trim() !== '' && !unstorable.test(text)
