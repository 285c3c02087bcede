import { loadById } from './loadById.js'

/** Loads memberships by id. It checks no permission. */
export const orgUsersById = loadById('orgUser')
