/** The parts of the client, for a reader that shows the state of its connection, as the dashboard does. */
export { ApiError, readError } from './apiError.js'
export { type Connection, type Following, type FollowOptions, follow } from './follow.js'
export { type Line, type LineOptions, openLine, type Token } from './line.js'
export type { Numbered, Position } from './position.js'
export type { Ending, Sink } from './sink.js'
