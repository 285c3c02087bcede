import { useEffect, useState } from 'preact/hooks'
import { OrgMembersDocument } from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { personName } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { ErrorNotice } from '../../ui/notices.js'
import { allWords } from '../../words/allWords.js'
import { DeleteOrg } from '../dialogs/DeleteOrg.js'
import { HandOver } from '../dialogs/HandOver.js'
import { LeaveOrg } from '../dialogs/LeaveOrg.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { RowButton } from '../panels/InviteRow.js'
import { Search } from '../panels/ListControls.js'

/** What the viewer can't undo: handing over, leaving, deleting. */
export function DangerZone({ onLeft }: { onLeft(message: string): void }) {
  const { store } = useOrgContext()
  const can = usePermissions()
  const [dialog, setDialog] = useState<'leave' | 'delete' | null>(null)
  const org = store.summary.value
  if (!org) return null
  const close = () => setDialog(null)
  const w = allWords()
  const isOwner = org.viewerOrgUser?.roles.includes('OWNER') ?? false
  const isOnlyOwner = isOwner && org.owners?.totalCount === 1

  return (
    <>
      {isOwner && (
        <section class="settings-part" aria-labelledby="hand-over">
          <h3 id="hand-over">{w.settings.handOver}</h3>
          <p>{w.orgSettings.handOverLead}</p>
          <Heirs viewerOrgUserId={org.viewerOrgUser?.id ?? ''} />
        </section>
      )}
      {org.viewerOrgUser && (
        <section class="settings-part" aria-labelledby="leave">
          <h3 id="leave">{w.orgSettings.leaveTitle}</h3>
          <p>{isOnlyOwner ? w.orgSettings.onlyOwner : w.settings.leaveBody}</p>
          {!isOnlyOwner && (
            <button type="button" class="button" onClick={() => setDialog('leave')}>
              {w.settings.leave}
            </button>
          )}
        </section>
      )}
      {can('ORG_DELETE') && (
        <section class="settings-part danger-part" aria-labelledby="delete">
          <h3 id="delete">{w.settings.delete}</h3>
          <p>{w.orgSettings.deleteLead}</p>
          <button type="button" class="button danger" onClick={() => setDialog('delete')}>
            {w.settings.delete}
          </button>
        </section>
      )}
      {dialog === 'leave' && (
        <LeaveOrg name={org.name} onClose={close} onLeft={() => onLeft(w.dashboard.left(org.name))} />
      )}
      {dialog === 'delete' && (
        <DeleteOrg org={org} onClose={close} onDeleted={() => onLeft(w.dashboard.deleted(org.name))} />
      )}
    </>
  )
}

const SHOWN = 8

/** Members to whom the viewer can hand over. With more of them, the search finds them. */
function Heirs({ viewerOrgUserId }: { viewerOrgUserId: string }) {
  const { token, store } = useOrgContext()
  const [search, setSearch] = useState('')
  const [members, setMembers] = useState<readonly Member[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [heir, setHeir] = useState<Member | null>(null)

  useEffect(() => {
    const abort = new AbortController()
    const filter = { statuses: ['ACTIVE' as const], ...(search ? { search } : {}) }
    execute(OrgMembersDocument, { orgId: store.orgId, first: SHOWN + 1, filter }, token, abort.signal).then(
      ({ org }) => {
        setMembers(org?.users?.nodes.filter(({ id }) => id !== viewerOrgUserId).slice(0, SHOWN) ?? [])
        setProblem(null)
      },
      (error) => !abort.signal.aborted && setProblem(errorMessage(error)),
    )
    return () => abort.abort()
  }, [store, token, search, viewerOrgUserId])

  return (
    <>
      <Search label={allWords().orgSettings.handOverSearch} onSearch={setSearch} />
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {members?.length === 0 && <p>{allWords().orgSettings.noHeir}</p>}
      {members && members.length > 0 && (
        <ul class="cards">
          {members.map((member) => (
            <li key={member.id} class="card">
              <div class="card-words">
                <p class="who-line">{personName(member.user)}</p>
                {member.user.email && <p class="sub-line">{member.user.email}</p>}
              </div>
              <RowButton
                verb={allWords().settings.handOver}
                who={allWords().orgSettings.handOverTo(personName(member.user))}
                onClick={() => setHeir(member)}
              />
            </li>
          ))}
        </ul>
      )}
      {heir && (
        <HandOver member={heir} onClose={() => setHeir(null)} onChanged={() => store.refreshSummary()} />
      )}
    </>
  )
}
