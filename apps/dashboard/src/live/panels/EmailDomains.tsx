import { useState } from 'preact/hooks'
import {
  BindEmailDomainDocument,
  OrgEmailDomainsDocument,
  UnbindEmailDomainDocument,
  VerifyEmailDomainDocument,
} from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { domainText } from '../../model/domainName.js'
import { issuesByField } from '../../model/refusal.js'
import type { JoinMode } from '../../model/text.js'
import type { EmailDomain, OrgEvent } from '../../model/types.js'
import { announce } from '../../ui/announce.js'
import { Confirm } from '../../ui/Confirm.js'
import { CopyButton } from '../../ui/CopyButton.js'
import { DomainName } from '../../ui/DomainName.js'
import { Field } from '../../ui/Field.js'
import { JoinModeField } from '../../ui/JoinModeField.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { allWords } from '../../words/allWords.js'
import { ChangeJoinMode } from '../dialogs/ChangeJoinMode.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { CardList, useCards } from './CardList.js'
import { RowButton } from './InviteRow.js'

const readDomains = async (orgId: string, token: string) =>
  (await execute(OrgEmailDomainsDocument, { orgId }, token)).org?.emailDomains ?? []

const isChange = (event: OrgEvent) => event.__typename === 'OrgChangeEvent'

/** The org's e-mail domains, and who may join by an address in them. */
export function EmailDomains() {
  const can = usePermissions()
  const cards = useCards(readDomains, isChange)
  return (
    <CardList
      cards={cards}
      empty={<EmptyState title={allWords().domains.empty} />}
      foot={
        can('EMAIL_DOMAIN_MANAGE') && (
          <AddDomain known={(cards.rows ?? []).map(({ domain }) => domain)} onAdded={cards.again} />
        )
      }
    >
      {(domain) => (
        <Domain
          key={domain.id}
          domain={domain}
          canManage={can('EMAIL_DOMAIN_MANAGE')}
          onChanged={cards.again}
        />
      )}
    </CardList>
  )
}

interface DomainProps {
  domain: EmailDomain
  canManage: boolean
  onChanged(): void
}

function Domain({ domain, canManage, onChanged }: DomainProps) {
  const { token, store } = useOrgContext()
  const [dialog, setDialog] = useState<'joinMode' | 'remove' | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const input = { orgId: store.orgId, domain: domain.domain }
  const isVerified = domain.status === 'VERIFIED'
  const name = domainText(domain.domain)
  const close = () => setDialog(null)
  const w = allWords()

  async function check() {
    if (busy) return
    setBusy(true)
    setProblem(null)
    const outcome = await mutate(VerifyEmailDomainDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    announce(allWords().orgSettings.domainVerified(name))
    onChanged()
  }

  async function remove() {
    const outcome = await mutate(UnbindEmailDomainDocument, input, token)
    if (outcome.kind !== 'done') return outcome.message
    onChanged()
    return null
  }

  return (
    <li class="card">
      <div class="card-words">
        <p class="who-line">
          <DomainName domain={domain.domain} />
        </p>
        <p class={isVerified ? 'status status-accepted' : 'status status-pending'}>
          {isVerified ? w.domains.verified : w.domains.pending}
        </p>
        <p class="sub-line">
          {(isVerified ? w.domains.effect : w.domains.effectOnceVerified)[domain.joinMode]}
        </p>
        {domain.challenge && <Challenge domain={name} challenge={domain.challenge} />}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </div>
      {canManage && (
        <div class="actions">
          {!isVerified && <RowButton verb={w.domains.checkDns} who={name} onClick={check} />}
          <RowButton verb={w.domains.whoCanJoin} who={name} onClick={() => setDialog('joinMode')} />
          <RowButton verb={w.common.remove} who={name} onClick={() => setDialog('remove')} />
        </div>
      )}
      {dialog === 'joinMode' && <ChangeJoinMode domain={domain} onClose={close} onChanged={onChanged} />}
      {dialog === 'remove' && (
        <Confirm
          title={w.domains.removeTitle(name)}
          verb={w.common.remove}
          onClose={close}
          onConfirm={remove}
        >
          <p>{isVerified ? w.domains.removeBody : w.orgSettings.removePending}</p>
        </Confirm>
      )}
    </li>
  )
}

interface ChallengeProps {
  domain: string
  challenge: NonNullable<EmailDomain['challenge']>
}

/** The TXT record that proves the domain. */
function Challenge({ domain, challenge: { recordName, recordValue } }: ChallengeProps) {
  const w = allWords().orgSettings
  return (
    <>
      <p class="sub-line">{w.record}</p>
      <dl class="record">
        <dt>{w.recordName}</dt>
        <dd>
          <code>{recordName}</code> <CopyButton quiet text={recordName} what={w.theRecordName(domain)} />
        </dd>
        <dt>{w.recordValue}</dt>
        <dd>
          <code>{recordValue}</code> <CopyButton quiet text={recordValue} what={w.theRecordValue(domain)} />
        </dd>
      </dl>
    </>
  )
}

interface AddDomainProps {
  /** The domains that are there, in their ASCII form. */
  known: readonly string[]
  onAdded(): void
}

function AddDomain({ known, onAdded }: AddDomainProps) {
  const { token, store } = useOrgContext()
  const [domain, setDomain] = useState('')
  const [joinMode, setJoinMode] = useState<JoinMode>('AUTO')
  const [problem, setProblem] = useState<string | undefined>()
  const w = allWords()

  async function add() {
    const typed = domain.trim().replace(/^@/, '')
    // The server takes it again and changes nothing, which looks as if it were new.
    if (known.includes(asciiOf(typed))) return setProblem(w.orgSettings.isThere(typed))
    setProblem(undefined)
    const outcome = await mutate(
      BindEmailDomainDocument,
      { orgId: store.orgId, domain: typed, joinMode },
      token,
    )
    if (outcome.kind !== 'done') {
      const ofField = outcome.kind === 'refused' ? issuesByField(outcome.refusal).get('domain') : undefined
      return setProblem(ofField ?? outcome.message)
    }
    announce(w.orgSettings.domainAdded(typed))
    setDomain('')
    onAdded()
  }

  return (
    <form
      class="inline-form"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <Field label={w.domains.domain} error={problem}>
        {(tie) => (
          <input
            {...tie}
            placeholder={w.common.exampleDomain}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={domain}
            onInput={(event) => {
              setDomain(event.currentTarget.value)
              setProblem(undefined)
            }}
          />
        )}
      </Field>
      <JoinModeField chosen={joinMode} onChange={setJoinMode} />
      <button type="submit" class="button" disabled={domain.trim() === ''}>
        {w.domains.add}
      </button>
    </form>
  )
}

/** As the server keeps it. What is no domain stays as it is. */
function asciiOf(domain: string): string {
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain
}
