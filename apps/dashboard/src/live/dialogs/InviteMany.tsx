import { useState } from 'preact/hooks'
import { InviteManyDocument } from '../../../../../operations/generated/graphql.js'
import { act } from '../../api/act.js'
import { pastedAddresses } from '../../model/addresses.js'
import { isRefusal, refusalInWords } from '../../model/refusal.js'
import type { Invite } from '../../model/types.js'
import { Field } from '../../ui/Field.js'
import { Refused } from '../../ui/Notice.js'
import { usePlace } from '../room.js'
import type { InviteFormProps } from './InviteOne.js'
import { InviteTerms, termsInput } from './InviteTerms.js'

/** As many as one request may carry. */
const AT_MOST = 100

interface Answer {
  readonly address: string
  /** Why not, in words; null where they are invited. */
  readonly refused: string | null
}

export function InviteMany({ terms, onTerms, onClose }: InviteFormProps) {
  const { token, room } = usePlace()
  const [text, setText] = useState('')
  const [answers, setAnswers] = useState<readonly Answer[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const { addresses, repeated } = pastedAddresses(text)

  async function invite() {
    setBusy(true)
    setProblem(null)
    setAnswers(null)
    const asOf = room.position()
    const invitees = addresses.map((email) => ({ email }))
    const outcome = await act(
      InviteManyDocument,
      { orgId: room.orgId, invitees, ...termsInput(terms) },
      token,
    )
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.words)
    const made: Invite[] = []
    const read = outcome.payload.results.map((result, index) => {
      const address = addresses[index] ?? ''
      if (isRefusal(result)) return { address, refused: refusalInWords(result) }
      made.push(result.orgInvite)
      return { address, refused: null }
    })
    room.learn(made, asOf)
    setAnswers(read)
    // Who was refused stays, to be mended; who is invited need not be asked again.
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
      <InviteTerms terms={terms} issues={new Map()} onChange={onTerms} />
      {problem && <Refused>{problem}</Refused>}
      {answers && <Answers answers={answers} />}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Done
        </button>
        <button
          type="submit"
          class="button primary"
          disabled={busy || addresses.length === 0 || addresses.length > AT_MOST}
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
  const words = count === 1 ? '1 address' : `${count} addresses`
  if (count > AT_MOST) return `${words}: ${AT_MOST} at most at once.`
  return repeated > 0 ? `${words}; ${repeated} came twice.` : `${words}.`
}
