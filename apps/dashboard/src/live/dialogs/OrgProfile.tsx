import { useState } from 'preact/hooks'
import { UpdateOrgDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import type { OrgSummary } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { useOrgContext } from '../orgContext.js'

type Profile = Pick<OrgSummary, 'name' | 'slug' | 'logoUrl'>

/** The fields that a refusal is about, if it is about one. */
const fieldOfRefusal: Record<string, string> = { OrgNameTakenError: 'name', OrgSlugTakenError: 'slug' }

/** Changes the org's name, slug and logo. */
export function OrgProfile({ org, onClose }: { org: Profile; onClose(): void }) {
  const { token, store } = useOrgContext()
  const [name, setName] = useState(org.name)
  const [slug, setSlug] = useState(org.slug)
  const [logoUrl, setLogoUrl] = useState(org.logoUrl ?? '')
  const [problem, setProblem] = useState<string | null>(null)
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  const [busy, setBusy] = useState(false)

  const changes = {
    ...(name.trim() !== org.name && { name }),
    ...(slug !== org.slug && { slug }),
    ...(logoUrl !== (org.logoUrl ?? '') && { logoUrl: logoUrl || null }),
  }

  async function save() {
    setBusy(true)
    setProblem(null)
    setProblems(new Map())
    const outcome = await mutate(UpdateOrgDocument, { orgId: store.orgId, ...changes }, token)
    setBusy(false)
    if (outcome.kind === 'done') {
      store.refreshSummary()
      return onClose()
    }
    const field = outcome.kind === 'refused' && fieldOfRefusal[outcome.refusal.__typename]
    const byField =
      outcome.kind !== 'refused'
        ? new Map<string, string>()
        : field
          ? new Map([[field, outcome.message]])
          : issuesByField(outcome.refusal)
    setProblems(byField)
    if (byField.size === 0) setProblem(outcome.message)
  }

  return (
    <Dialog title="The org’s profile" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field
          label="Name"
          error={problems.get('name')}
          hint="No other org may have it, whatever the case of its letters."
        >
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field
          label="Slug"
          error={problems.get('slug')}
          hint="The name in URLs: small letters, digits and hyphens. Links with the old one may stop working."
        >
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              maxLength={63}
              value={slug}
              onInput={(event) => setSlug(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field
          label="Logo"
          error={problems.get('logoUrl')}
          hint="The address of a picture, https://… Left empty, there is none."
        >
          {(tie) => (
            <input
              {...tie}
              type="url"
              autocomplete="off"
              maxLength={2048}
              value={logoUrl}
              onInput={(event) => setLogoUrl(event.currentTarget.value.trim())}
            />
          )}
        </Field>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Keep it as it is
          </button>
          <button type="submit" class="button primary" disabled={busy || Object.keys(changes).length === 0}>
            Save
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
