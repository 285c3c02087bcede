import { useCallback, useEffect, useState } from 'preact/hooks'
import {
  BindEmailDomainDocument,
  type EmailDomainRowFragment,
  OrgEmailDomainsDocument,
  UnbindEmailDomainDocument,
  VerifyEmailDomainDocument,
} from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { Field } from '../../ui/Field.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

/** The org's e-mail domains. A person who signs up with an address in a verified domain joins automatically. */
export function EmailDomains() {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [domains, setDomains] = useState<readonly EmailDomainRowFragment[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  const read = useCallback(async () => {
    try {
      const { org } = await execute(OrgEmailDomainsDocument, { orgId: store.orgId }, token)
      setDomains(org?.emailDomains ?? [])
      setProblem(null)
    } catch (error) {
      setProblem(errorMessage(error))
    }
  }, [store, token])

  useEffect(() => {
    void read()
    return store.onChange((event) => {
      if (event === null || event.__typename === 'OrgChangeEvent') void read()
    })
  }, [read, store])

  return (
    <div class="list">
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {domains?.length === 0 && (
        <EmptyState title="No domain yet">
          <p>Bind your company's e-mail domain: people who sign up with an address in it join as a User.</p>
        </EmptyState>
      )}
      {domains && domains.length > 0 && (
        <ul class="cards">
          {domains.map((domain) => (
            <Domain key={domain.id} domain={domain} canManage={can('EMAIL_DOMAIN_MANAGE')} onChanged={read} />
          ))}
        </ul>
      )}
      {/* Not before the list: it would move away under the pointer. */}
      {(domains || problem) && can('EMAIL_DOMAIN_MANAGE') && <BindDomain onBound={read} />}
    </div>
  )
}

interface DomainProps {
  domain: EmailDomainRowFragment
  canManage: boolean
  onChanged(): void
}

function Domain({ domain, canManage, onChanged }: DomainProps) {
  const { token, store } = useOrgContext()
  const [problem, setProblem] = useState<string | null>(null)
  const input = { orgId: store.orgId, domain: domain.domain }

  async function verify() {
    const outcome = await mutate(VerifyEmailDomainDocument, input, token)
    setProblem(outcome.kind === 'done' ? null : outcome.message)
    if (outcome.kind === 'done') onChanged()
  }

  async function unbind() {
    const outcome = await mutate(UnbindEmailDomainDocument, input, token)
    setProblem(outcome.kind === 'done' ? null : outcome.message)
    if (outcome.kind === 'done') onChanged()
  }

  return (
    <li class="card">
      <div class="card-words">
        <p class="who-line">{domain.domain}</p>
        {domain.status === 'VERIFIED' ? (
          <p class="status status-accepted">Verified</p>
        ) : (
          <p class="status status-pending">Waiting for proof</p>
        )}
        {domain.challenge && (
          <dl class="record">
            <dt>TXT record at</dt>
            <dd>
              <code>{domain.challenge.recordName}</code>
            </dd>
            <dt>with the value</dt>
            <dd>
              <code>{domain.challenge.recordValue}</code>
            </dd>
          </dl>
        )}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </div>
      {canManage && (
        <div class="actions">
          {domain.status === 'PENDING' && (
            <RowButton verb="Look for the proof" who={domain.domain} onClick={verify} />
          )}
          <RowButton verb="Unbind" who={domain.domain} onClick={unbind} />
        </div>
      )}
    </li>
  )
}

function BindDomain({ onBound }: { onBound(): void }) {
  const { token, store } = useOrgContext()
  const [domain, setDomain] = useState('')
  const [problem, setProblem] = useState<string | undefined>()

  async function bind() {
    const outcome = await mutate(
      BindEmailDomainDocument,
      { orgId: store.orgId, domain: domain.trim() },
      token,
    )
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    setProblem(undefined)
    setDomain('')
    onBound()
  }

  return (
    <form
      class="inline-form"
      onSubmit={(event) => {
        event.preventDefault()
        void bind()
      }}
    >
      <Field label="Domain" error={problem}>
        {(tie) => (
          <input
            {...tie}
            placeholder="example.com"
            autocomplete="off"
            spellcheck={false}
            value={domain}
            onInput={(event) => setDomain(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="button" disabled={domain.trim() === ''}>
        Bind domain
      </button>
    </form>
  )
}
