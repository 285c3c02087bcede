import { loadById } from './loadById.js'

/** Memberships by id, without any check. */
export const orgUsersById = loadById('orgUser')
