import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import {
  OrgAddressesDocument,
  OrgPendingAddressesDocument,
} from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { addressKey, type CsvRow, type JudgedRow, judge, type Known, peopleIn } from '../../model/csv.js'
import { lowestRole, type Role } from '../../model/text.js'
import { DialogContext } from '../../ui/dialogContext.js'
import { ErrorNotice } from '../../ui/notices.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { readAll } from '../panels/readAll.js'
import { InviteOptions, type InviteOptionValues } from './InviteOptions.js'
import { type InviteResult, InviteResults } from './InviteResults.js'
import { inviteInBulk, MAX_INVITES } from './inviteInBulk.js'

/** More than any list of people to invite. */
const MAX_BYTES = 2_000_000
const MAX_ROWS = 5_000
/** Rows that the look before it acts shows. All of them count. */
const SHOWN = 200

/** Invites the people in a file: first it shows what it understood, then it acts. */
export function InviteFile({ onClose }: { onClose(): void }) {
  const context = useOrgContext()
  const { token, store } = context
  const [options, setOptions] = useState<InviteOptionValues>({
    roles: lowestRole(store.summary.value?.viewerAssignableRoles ?? []),
    appRoleIds: [],
    message: '',
    days: null,
    locale: null,
    sendEmail: true,
  })
  const [rows, setRows] = useState<readonly JudgedRow[] | null>(null)
  const [looked, setLooked] = useState<number | null>(null)
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null)
  const [results, setResults] = useState<readonly InviteResult[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const stopped = useRef(false)
  const abort = useRef(new AbortController())
  const { settle } = useContext(DialogContext)
  const { inviteDialog, lists, common } = words()
  useEffect(
    () => () => {
      stopped.current = true
      abort.current.abort()
    },
    [],
  )

  async function open(file: File) {
    setProblem(null)
    setResults(null)
    setRows(null)
    if (file.size > MAX_BYTES) return setProblem(inviteDialog.fileTooLarge)
    try {
      const { default: Papa } = await import('papaparse')
      const { data } = Papa.parse<string[]>((await file.text()).replace(/^\uFEFF/, ''), {
        skipEmptyLines: 'greedy',
      })
      const people = peopleIn(data)
      if (!people) return setProblem(inviteDialog.fileWithoutAddresses)
      if (people.length > MAX_ROWS) return setProblem(inviteDialog.fileTooLarge)
      setLooked(0)
      setRows(judge(people, await known()))
    } catch (error) {
      if (!abort.current.signal.aborted) setProblem(errorMessage(error))
    }
    setLooked(null)
  }

  /** Whom the org has already. What the viewer may not read, the server says when it invites. */
  async function known(): Promise<Known> {
    const { signal } = abort.current
    const { orgId } = store
    const pending = await readAll(
      async (page) =>
        (await execute(OrgPendingAddressesDocument, { orgId, ...page }, token, signal)).org?.invites ?? null,
      setLooked,
    )
    const members = await readAll(
      async (page) =>
        (await execute(OrgAddressesDocument, { orgId, ...page }, token, signal)).org?.users ?? null,
      (count) => setLooked(pending.length + count),
    )
    const keys = (addresses: ReadonlyArray<string | null>) =>
      new Set(addresses.flatMap((address) => (address === null ? [] : [addressKey(address)])))
    return {
      pending: keys(pending.map(({ email }) => email)),
      members: keys(members.map(({ user }) => user.email)),
      assignable: store.summary.value?.viewerAssignableRoles ?? [],
    }
  }

  const good = rows?.filter(({ verdict }) => verdict === 'good') ?? []

  async function invite() {
    stopped.current = false
    setProblem(null)
    const all: InviteResult[] = []
    const batches = batchesOf(good)
    setProgress({ done: 0, total: good.length })
    for (const { addresses, role } of batches) {
      if (stopped.current) break
      const outcome = await inviteInBulk(context, addresses, options, role)
      if (outcome.kind === 'failed') {
        setProblem(outcome.message)
        break
      }
      all.push(...outcome.results)
      setProgress({ done: all.length, total: good.length })
    }
    setProgress(null)
    setResults(all)
    if (all.length > 0) settle()
    // What was not invited stays, with the reason above.
    const done = new Set(all.flatMap(({ address, refused }) => (refused === null ? [address] : [])))
    setRows((held) => held?.filter(({ email }) => !done.has(email)) ?? null)
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void invite()
      }}
    >
      {results && <InviteResults results={results} />}
      <label class="field file-field">
        <span class="file-label">{inviteDialog.chooseFile}</span>
        <input
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          disabled={progress !== null}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            if (file) void open(file)
          }}
        />
        <span class="field-hint">{inviteDialog.fileHint}</span>
      </label>
      {looked !== null && <p role="status">{inviteDialog.looking(looked)}</p>}
      {rows && <Look rows={rows} good={good.length} />}
      {rows && good.length > 0 && (
        <InviteOptions options={options} issues={new Map()} onChange={setOptions} />
      )}
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      <footer class="dialog-foot">
        {progress && (
          <span class="bulk-job" role="status">
            <progress max={progress.total} value={progress.done} aria-label={lists.progressLabel} />
            {lists.progress(progress.done, progress.total)}
          </span>
        )}
        <button
          type="button"
          class="button"
          onClick={() => {
            if (!progress) return onClose()
            stopped.current = true
          }}
        >
          {progress ? lists.stop : results ? common.done : common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={progress !== null || good.length === 0}>
          {inviteDialog.submitMany(good.length)}
        </button>
      </footer>
    </form>
  )
}

/** Up to a hundred people each, of one role. */
function batchesOf(rows: readonly JudgedRow[]): Array<{ addresses: string[]; role: Role | null }> {
  const byRole = new Map<Role | null, string[]>()
  for (const { email, grants } of rows) byRole.set(grants, [...(byRole.get(grants) ?? []), email])
  return [...byRole].flatMap(([role, addresses]) =>
    Array.from({ length: Math.ceil(addresses.length / MAX_INVITES) }, (_, at) => ({
      role,
      addresses: addresses.slice(at * MAX_INVITES, (at + 1) * MAX_INVITES),
    })),
  )
}

/** What the file holds: whom it would invite, and whom not and why. Problems come first. */
function Look({ rows, good }: { rows: readonly JudgedRow[]; good: number }) {
  const { inviteDialog, common } = words()
  const ordered = [...rows].sort((a, b) => Number(a.verdict === 'good') - Number(b.verdict === 'good'))
  return (
    <div class="look">
      <p role="status">
        {inviteDialog.fileGood(good)} {rows.length > good && inviteDialog.fileBad(rows.length - good)}
      </p>
      <section
        class="look-rows"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
        tabIndex={0}
        aria-label={inviteDialog.file}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{inviteDialog.line}</th>
              <th scope="col">{common.emailAddress}</th>
              <th scope="col">{inviteDialog.role}</th>
              <th scope="col">{common.status}</th>
            </tr>
          </thead>
          <tbody>
            {ordered.slice(0, SHOWN).map((row) => (
              <LookRow key={row.line} row={row} verdict={row.verdict} />
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > SHOWN && <p class="field-hint">{common.more(rows.length - SHOWN)}</p>}
    </div>
  )
}

function LookRow({ row, verdict }: { row: CsvRow; verdict: JudgedRow['verdict'] }) {
  return (
    <tr class={verdict === 'good' ? undefined : 'look-bad'}>
      <td>{row.line}</td>
      <td class="look-address">{row.email}</td>
      <td>{row.role}</td>
      <td>{words().inviteDialog.verdict[verdict]}</td>
    </tr>
  )
}
