/** The parts of the client, for an app that shows the state of its connection, as the dashboard does. */
export { ApiError, readError } from './apiError.js'
export type { Token } from './bearer.js'
export { type Connection, type Follower, type FollowOptions, follow } from './follow.js'
export type { Numbered, Position } from './position.js'
export type { Ending, Sink } from './sink.js'
export { openSocket, type Socket, type SocketOptions } from './socket.js'
export { throttle } from './throttle.js'
