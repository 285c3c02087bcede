export type { SocketOptions as ResumingClientOptions, Token } from './events/socket.js'
export { resumingClient } from './resumingClient.js'
