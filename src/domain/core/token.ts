import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * `gh_` is the prefix of API tokens, `gi_` and `gt_` of an invite's link, `gl_` of invite links for many. None is looked up
 * as another.
 */
export type TokenPrefix = 'gh_' | 'gi_' | 'gl_' | 'gt_'

/** A prefix and 256 random bits that are safe in a URL. The last character is never `-` or `_`, which mail readers cut off. */
export const mintToken = (prefix: TokenPrefix): string => prefix + randomBytes(32).toString('base64url')

/** The last of the 43 characters carries 4 bits, so only every fourth character of the alphabet is possible. */
const random = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

const LENGTH = 'gh_'.length + 43

/** Whether `mintToken` could have made a text. If not, it need not be looked up. */
export const isTokenShaped = (prefix: TokenPrefix, text: string): boolean =>
  text.length === LENGTH && text.startsWith(prefix) && random.test(text.slice(prefix.length))

/** SHA-256. Only this is stored of a token. It needs no salt, because 256 random bits can't be guessed. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Compares texts with a secret. The time it takes reveals neither where they differ nor how long the secret is. */
export const secretMatcher = (secret: string): ((given: string) => boolean) => {
  const expected = hashToken(secret)
  return (given) => timingSafeEqual(hashToken(given), expected)
}
