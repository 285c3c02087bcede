/** The server can't start, for a reason that whoever runs it can mend: `message` says what and how, and no secret. */
export class StartError extends Error {
  override readonly name: string = 'StartError'
}
