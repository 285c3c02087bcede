import { hash } from 'node:crypto'
import type { OrgEventRow } from '../domain/core/orgEvent.js'

/** The id of a message: the same for every attempt at an event, on every server, and another one for each webhook. */
export function messageIdOf(webhookId: string, { orgId, seq }: Pick<OrgEventRow, 'orgId' | 'seq'>): string {
  return `msg_${hash('sha256', `${webhookId} ${orgId} ${seq}`, 'base64url').slice(0, 27)}`
}

/** The whole body of a ping. */
export const PING_BODY = JSON.stringify({ type: 'ping' })

/** Who reads a message: the owners of an org, or the host application. It decides what the message may tell. */
export type Reader = 'org' | 'instance'

/** Writes the bodies of some events of one org, in their order, from what is in the database now. */
export type WriteBodies = (events: readonly OrgEventRow[], reader: Reader) => Promise<string[]>
