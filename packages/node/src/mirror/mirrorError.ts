export type MirrorProblem =
  /** The mirror has not read everything yet: wait for `ready()`. */
  | 'NOT_READY'
  /** What the mirror knows is older than `maxStalenessMs`. */
  | 'STALE'
  /** The token lacks ORG_READ, MEMBER_READ or EVENT_READ, or it is not an instance token and `orgs` is `'all'`. */
  | 'FORBIDDEN'
  /** An org in `orgs` does not exist, or the token can't read it. */
  | 'ORG_NOT_FOUND'
  | 'CLOSED'

/** The mirror can't answer. Tell the reasons apart by `code`. */
export class MirrorError extends Error {
  override readonly name = 'MirrorError'
  readonly code: MirrorProblem

  constructor(code: MirrorProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
