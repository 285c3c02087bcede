/** Name of the list that an org's event cursors are bound to. */
export const orgEventList = (orgId: string): string => `org.events:${orgId}`

/** Name of the list that a user's inbox cursors are bound to. */
export const inboxList = (userId: string): string => `user.inbox:${userId}`
