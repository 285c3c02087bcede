/** The list's name in the cursors of an org's events. */
export const orgEventList = (orgId: string): string => `org.events:${orgId}`

/** The list's name in the cursors of a user's inbox. */
export const inboxList = (userId: string): string => `user.inbox:${userId}`

/** The list's name in the cursors of the events of all orgs. */
export const instanceEventList = 'instance.events'
