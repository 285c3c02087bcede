import { useState } from 'preact/hooks'
import { InviteManyDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { pastedAddresses } from '../../model/addresses.js'
import { isRefusal, refusalMessage } from '../../model/refusal.js'
import type { Invite } from '../../model/types.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { useOrgContext } from '../orgContext.js'
import type { InviteFormProps } from './InviteOne.js'
import { InviteOptions, optionsInput } from './InviteOptions.js'

/** The most invites in one request. */
const MAX_INVITES = 100

interface Answer {
  readonly address: string
  /** Why they were not invited; null if they were. */
  readonly refused: string | null
}

export function InviteMany({ options, onOptions, onClose }: InviteFormProps) {
  const { token, store } = useOrgContext()
  const [text, setText] = useState('')
  const [answers, setAnswers] = useState<readonly Answer[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const { addresses, repeated } = pastedAddresses(text)

  async function invite() {
    setBusy(true)
    setProblem(null)
    setAnswers(null)
    const asOf = store.position()
    const invitees = addresses.map((email) => ({ email }))
    const outcome = await mutate(
      InviteManyDocument,
      { orgId: store.orgId, invitees, ...optionsInput(options) },
      token,
    )
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    const made: Invite[] = []
    const read = outcome.payload.results.map((result, index) => {
      const address = addresses[index] ?? ''
      if (isRefusal(result)) return { address, refused: refusalMessage(result) }
      made.push(result.orgInvite)
      return { address, refused: null }
    })
    store.cacheInvites(made, asOf)
    setAnswers(read)
    // Keep the refused addresses, so that the user can correct them.
    setText(read.flatMap((answer) => (answer.refused === null ? [] : [answer.address])).join('\n'))
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void invite()
      }}
    >
      <Field label="E-mail addresses" hint={found(addresses.length, repeated)}>
        {(tie) => (
          <textarea
            {...tie}
            rows={6}
            spellcheck={false}
            placeholder={'grace@example.com\nAlan Turing <alan@example.com>, …'}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
      <InviteOptions options={options} issues={new Map()} onChange={onOptions} />
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {answers && <Answers answers={answers} />}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Done
        </button>
        <button
          type="submit"
          class="button primary"
          disabled={busy || addresses.length === 0 || addresses.length > MAX_INVITES}
        >
          {addresses.length > 1 ? `Invite ${addresses.length} people` : 'Invite'}
        </button>
      </footer>
    </form>
  )
}

function Answers({ answers }: { answers: readonly Answer[] }) {
  const refused = answers.filter((answer) => answer.refused !== null)
  const invited = answers.length - refused.length
  return (
    <div class="answers" role="status">
      <p class={refused.length === 0 ? 'notice done' : 'notice'}>
        {invited === 1 ? '1 person is invited.' : `${invited} people are invited.`}
        {refused.length > 0 && ` ${refused.length} not:`}
      </p>
      {refused.length > 0 && (
        <ul>
          {refused.map((answer) => (
            <li key={answer.address}>
              <strong>{answer.address}</strong> {answer.refused}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function found(count: number, repeated: number): string {
  if (count === 0) return 'Paste them as they are: a column, a list, names and all.'
  const message = count === 1 ? '1 address' : `${count} addresses`
  if (count > MAX_INVITES) return `${message}: ${MAX_INVITES} at most at once.`
  return repeated > 0 ? `${message}; ${repeated} came twice.` : `${message}.`
}
