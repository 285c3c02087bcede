import type { OrgEvent } from './types.js'

/** A line of the event log. */
export interface Entry<Event extends OrgEvent> {
  event: Event
  /** That the mail was sent which this event asked for. An event of its own would bury the others. */
  sent: Event | null
}

/** @param events oldest first, as the entries are */
export function entriesOf<Event extends OrgEvent>(events: readonly Event[]): Entry<Event>[] {
  const entries: Entry<Event>[] = []
  /** The last entry of each invite that asked for a mail, until the mail is sent. */
  const asking = new Map<string, Entry<Event>>()
  for (const event of events) {
    const { inviteEventType, orgInviteId } = inviteOf(event)
    const asked = inviteEventType === 'SENT' ? asking.get(orgInviteId) : undefined
    if (asked) {
      asked.sent = event
      asking.delete(orgInviteId)
      continue
    }
    const entry = { event, sent: null }
    entries.push(entry)
    if (inviteEventType === 'CREATED' || inviteEventType === 'RESENT') asking.set(orgInviteId, entry)
  }
  return entries
}

const inviteOf = (event: OrgEvent) =>
  event.__typename === 'OrgInviteEvent' ? event : { inviteEventType: null, orgInviteId: '' }
