import { loadById } from './loadById.js'

/** Memberships by id, whoever asks. */
export const orgUsersById = loadById('orgUser')
