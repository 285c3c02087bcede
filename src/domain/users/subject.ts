/** OpenID Connect Core, 2. */
export const MAX_SUBJECT = 255

/** NUL and lone surrogates, which PostgreSQL can't store. */
const unstorable = /[\0\p{Cs}]/u

/** Whether a text can be the `sub` of a person, in a token or from the host application. */
export const isSubject = (text: string): boolean =>
  text.length <= MAX_SUBJECT && text.trim() !== '' && !unstorable.test(text)
