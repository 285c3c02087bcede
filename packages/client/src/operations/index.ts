/** Guildhall’s operations and fragments, as typed documents. */
export * from '../generated/operations.js'
export type { RefusalName, RefusalsOfMutation } from '../generated/refusals.js'
export type { TypedDocument } from './document.js'
