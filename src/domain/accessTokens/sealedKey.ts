import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/*
 * A private key as the database keeps it: a salt, a nonce, a tag and the encrypted key. It is encrypted by AES-256-GCM
 * with a key that HKDF-SHA256 derives from KEY_ENCRYPTION_SECRET and the salt.
 */

const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @param kid is sealed too, so that nobody can put one key in the place of another */
export function sealKey(secret: string, kid: string, privateKey: string): Buffer {
  const salt = randomBytes(SALT_BYTES)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', encryptionKey(secret, salt), nonce)
  cipher.setAAD(Buffer.from(kid))
  const encrypted = Buffer.concat([cipher.update(privateKey, 'utf8'), cipher.final()])
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), encrypted])
}

/** Null if the key was sealed with another secret or for another `kid`, or was damaged. */
export function openSealedKey(secret: string, kid: string, sealed: Uint8Array): string | null {
  const part = (from: number, to?: number) => Buffer.from(sealed.subarray(from, to))
  const salt = part(0, SALT_BYTES)
  const nonce = part(SALT_BYTES, SALT_BYTES + NONCE_BYTES)
  const tag = part(SALT_BYTES + NONCE_BYTES, SALT_BYTES + NONCE_BYTES + TAG_BYTES)
  try {
    const decipher = createDecipheriv('aes-256-gcm', encryptionKey(secret, salt), nonce, {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(kid))
    decipher.setAuthTag(tag)
    const encrypted = part(SALT_BYTES + NONCE_BYTES + TAG_BYTES)
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

const encryptionKey = (secret: string, salt: Buffer) =>
  Buffer.from(hkdfSync('sha256', secret, salt, 'guildhall signing key', 32))
