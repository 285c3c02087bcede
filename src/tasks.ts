import { orgsInvitedInto, revokeInvitesOfToken } from './apiToken/revokeApiToken.js'
import { purgeOrg } from './org/purgeOrg.js'
import { expireOrgInvites, nextExpiryRound } from './orgInvite/expireOrgInvites.js'
import { type MailOffice, sendInviteMail } from './orgInvite/sendInviteMail.js'
import { type Job, jobSql, type Tasks } from './platform/jobs.js'
import type { Jobs } from './transact.js'

/** The round of expiry: one in the whole instance, which asks for its own next one under its own key. */
export const expiryRound = (runAt?: Date): Job<Jobs> => ({
  name: 'expireOrgInvites',
  payload: {},
  key: 'expireOrgInvites',
  ...(runAt && { runAt }),
})

/** What each job does. */
export function tasksOf(office: MailOffice): Tasks<Jobs> {
  const { transact, database } = office
  return {
    sendInviteMail: (mail, { signal }) => sendInviteMail(office, mail, signal),
    async expireOrgInvites() {
      try {
        await expireOrgInvites(transact, database)
      } finally {
        await database.query(jobSql<Jobs>(expiryRound(await nextExpiryRound(database))))
      }
    },
    purgeOrg: ({ orgId }) => transact((tx) => purgeOrg(tx, orgId)),
    async revokeInvitesOfToken({ apiTokenId }) {
      for (const { orgId } of await orgsInvitedInto(database, apiTokenId))
        await transact((tx) => revokeInvitesOfToken(tx, orgId, apiTokenId))
    },
  }
}
