import { rotateSigningKeys, SigningUnavailable } from '../domain/accessTokens/signingKeys.js'
import { StartError } from '../lib/startError.js'
import { keyEncryptionSecret } from '../start/instanceKeys.js'
import { onInstance } from './instance.js'
import { type Given, print } from './run.js'

/** Makes a new key for org access tokens. It works while servers run: they find the new key by themselves. */
export async function rotateKeys(given: Given, { withdraw }: { withdraw: boolean }): Promise<number> {
  const { settings, progress, json } = given
  return onInstance(given, async ({ database }) => {
    const secret = await keyEncryptionSecret(database, {
      keySecret: settings.accessTokens.keySecret,
      production: settings.production,
    })
    if (secret === undefined) throw new StartError('KEY_ENCRYPTION_SECRET is not set.')
    progress.show('Making a key …')
    const { kid, signsFrom } = await rotateSigningKeys(database, secret, { withdraw }).catch((error) => {
      throw error instanceof SigningUnavailable ? new StartError(error.message) : error
    })
    progress.end()
    const from = signsFrom.toISOString()
    print(json ? JSON.stringify({ kid, signsFrom: from }) : `The key ${kid} signs from ${from} on.`)
    return 0
  })
}
