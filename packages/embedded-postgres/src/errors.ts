/** The embedded PostgreSQL can't start. `message` tells the operator what is wrong and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError'
}

/** Another process uses the data directory. */
export class DataDirInUseError extends EmbeddedPostgresError {
  override readonly name = 'DataDirInUseError'

  constructor(dataDir: string, pid: number | undefined) {
    super(
      `DATA_DIR ${dataDir} is in use by another server${pid === undefined ? '' : ` (process ${pid})`}. ` +
        'Stop that one, or give this one a DATA_DIR of its own.',
    )
  }
}
