import { StartError } from '../../../src/lib/startError.js'

/** Why the embedded PostgreSQL did not start, in words for whoever runs the server: what is wrong and what to do. */
export class EmbeddedPostgresError extends StartError {
  override readonly name: string = 'EmbeddedPostgresError'
}

/** Another living process holds the data directory. */
export class DataDirInUseError extends EmbeddedPostgresError {
  override readonly name = 'DataDirInUseError'

  constructor(dataDir: string, pid: number | undefined) {
    super(
      `DATA_DIR ${dataDir} is in use by another server${pid === undefined ? '' : ` (process ${pid})`}. ` +
        'Stop that one, or give this one a DATA_DIR of its own.',
    )
  }
}
