import pg from 'pg'
import { errorCode } from '../lib/errorCode.js'
import { StartError } from '../lib/startError.js'

/** The database can't be reached, or refuses the connection. */
class DatabaseUnreachable extends StartError {
  override readonly name = 'DatabaseUnreachable'
}

/** A host that is there at all answers sooner. */
const CONNECT_TIMEOUT_MS = 15_000

/** A certificate that Node doesn't trust, or that is for another name. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|ALTNAME_INVALID|^CERT_/

/**
 * Opens one connection outside of the pool, for work at the start.
 * @throws DatabaseUnreachable
 */
export async function connect(connectionString: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString,
      application_name: 'guildhall start',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    })
    client.on('error', () => {}) // ignored, because the running statement rejects too
    await client.connect()
    return client
  } catch (error) {
    // If a name has several addresses and all fail, Node's error has a code and no message.
    const reason = error instanceof Error && error.message !== '' ? error.message : errorCode(error)
    const cure = UNTRUSTED.test(errorCode(error) ?? '')
      ? ': name the file of its certificate authority by sslrootcert in DATABASE_URL'
      : ''
    throw new DatabaseUnreachable(`DATABASE_URL leads to no database: ${reason}${cure}`, { cause: error })
  }
}
