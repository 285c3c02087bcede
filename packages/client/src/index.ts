export type { LineOptions as ResumingClientOptions, Token } from './events/line.js'
export { resumingClient } from './resumingClient.js'
