import { useEffect, useRef, useState } from 'preact/hooks'
import {
  OrgInvitesDocument,
  type OrgInvitesQueryVariables,
  OrgMembersDocument,
  type OrgMembersQueryVariables,
} from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import type { Invite, Member } from '../../model/types.js'
import { ErrorNotice } from '../../ui/notices.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { readAll } from './readAll.js'

type ExportCsvProps = { total: number } & (
  | { list: 'members'; filter: NonNullable<OrgMembersQueryVariables['filter']> }
  | { list: 'invites'; filter: NonNullable<OrgInvitesQueryVariables['filter']> }
)

/** Saves all rows that the filters select as a file for spreadsheets. */
export function ExportCsv(props: ExportCsvProps) {
  const { token, store } = useOrgContext()
  const [count, setCount] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const abort = useRef<AbortController | null>(null)
  const { lists } = words()
  useEffect(() => () => abort.current?.abort(), [])
  if (props.total === 0) return null

  async function save() {
    const run = new AbortController()
    abort.current = run
    setProblem(null)
    setCount(0)
    try {
      const papa = import('papaparse')
      const { orgId } = store
      const rows =
        props.list === 'members'
          ? (
              await readAll<Member>(async (page) => {
                const variables = { orgId, ...page, filter: props.filter }
                return (await execute(OrgMembersDocument, variables, token, run.signal)).org?.users ?? null
              }, setCount)
            ).map(memberCells)
          : (
              await readAll<Invite>(async (page) => {
                const variables = { orgId, ...page, filter: props.filter }
                return (await execute(OrgInvitesDocument, variables, token, run.signal)).org?.invites ?? null
              }, setCount)
            ).map(inviteCells)
      const { default: Papa } = await papa
      // A spreadsheet would run a name that begins with = as a formula.
      const text = Papa.unparse([...rows], { escapeFormulae: true })
      const name = (store.summary.value?.slug ?? 'organization').replace(/[^a-z0-9-]/g, '')
      // The mark tells spreadsheets that it is UTF-8.
      download(`${name}-${props.list}.csv`, `\uFEFF${text}`)
    } catch (error) {
      if (!run.signal.aborted) setProblem(errorMessage(error))
    }
    setCount(null)
  }

  return (
    <>
      {count === null ? (
        <button type="button" class="button quiet" onClick={() => void save()}>
          {lists.exportCsv}
        </button>
      ) : (
        <button type="button" class="button quiet" onClick={() => abort.current?.abort()}>
          {lists.exporting(count, props.total)}
        </button>
      )}
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
    </>
  )
}

// The columns and their values have the same names in every language, so that a file can be read again.
function memberCells({ user, roles, appRoles, status, joinedAt, origin }: Member) {
  return {
    name: user.name ?? '',
    email: user.email ?? '',
    role: highest(roles),
    'product roles': appRoles.map(({ name }) => name).join('; '),
    status,
    joined: joinedAt,
    origin,
  }
}

function inviteCells(invite: Invite) {
  return {
    email: invite.email ?? '',
    role: highest(invite.roles),
    'product roles': invite.appRoles.map(({ name }) => name).join('; '),
    status: invite.status,
    created: invite.createdAt,
    expires: invite.expiresAt,
    resolved: invite.resolvedAt ?? '',
    'invited by': invite.invitedBy?.name ?? '',
    'e-mail': invite.delivery,
  }
}

const highest = (roles: readonly string[]) =>
  ['OWNER', 'ADMIN', 'USER'].find((role) => roles.includes(role)) ?? ''

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
