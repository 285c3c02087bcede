import pg from 'pg'
import { errorCode } from '../lib/errorCode.js'
import { StartError } from '../lib/startError.js'

/** Nobody answers where the database should be, or lets us in. */
class DatabaseUnreachable extends StartError {
  override readonly name = 'DatabaseUnreachable'
}

/** Longer than that no host takes to answer that is there at all. */
const CONNECT_TIMEOUT_MS = 15_000

/** A certificate that Node doesn't trust, or of another name. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|ALTNAME_INVALID|^CERT_/

/**
 * Opens one connection outside the pool, for what is done at the start.
 * @throws DatabaseUnreachable
 */
export async function connect(connectionString: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString,
      application_name: 'guildhall start',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    })
    client.on('error', () => {}) // the statement under way rejects as well
    await client.connect()
    return client
  } catch (error) {
    // Of several addresses of one name that all fail, Node says the code alone.
    const reason = error instanceof Error && error.message !== '' ? error.message : errorCode(error)
    const cure = UNTRUSTED.test(errorCode(error) ?? '')
      ? ': name the file of its certificate authority by sslrootcert in DATABASE_URL'
      : ''
    throw new DatabaseUnreachable(`DATABASE_URL leads to no database: ${reason}${cure}`, { cause: error })
  }
}
