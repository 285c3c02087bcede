import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** `gh_` opens an API token, `gi_` an invite's link: one is never looked up as the other. */
export type TokenPrefix = 'gh_' | 'gi_'

/** 256 random bits after the prefix, all safe in a URL, and never a `-` or `_` last, which mail readers cut off links. */
export const mintToken = (prefix: TokenPrefix): string => prefix + randomBytes(32).toString('base64url')

/** The last of 43 digits carries 4 bits, so only every fourth digit can stand there. */
const random = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

const LENGTH = 'gh_'.length + 43

/** Whether `mintToken` could have made it: what it couldn't needs no look-up. */
export const isTokenShaped = (prefix: TokenPrefix, text: string): boolean =>
  text.length === LENGTH && text.startsWith(prefix) && random.test(text.slice(prefix.length))

/** SHA-256: all that is stored of a token. Unsalted, because 256 random bits can't be guessed or looked up. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Compares with one secret in a time that tells neither where they differ nor how long it is. */
export const secretMatcher = (secret: string): ((given: string) => boolean) => {
  const expected = hashToken(secret)
  return (given) => timingSafeEqual(hashToken(given), expected)
}
