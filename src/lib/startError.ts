/** The server can't start. `message` tells the operator what is wrong and how to fix it. It contains no secret. */
export class StartError extends Error {
  override readonly name: string = 'StartError'
}
