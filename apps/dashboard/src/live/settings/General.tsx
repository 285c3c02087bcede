import { useEffect, useState } from 'preact/hooks'
import { OrgOfHostDocument, type OrgOfHostQuery } from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { allWords } from '../../words/allWords.js'
import { day } from '../../words/format.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { type Changes, ProfileForm } from './ProfileForm.js'

/** The org's profile, and facts about it. */
export function General() {
  const { store } = useOrgContext()
  const can = usePermissions()
  const org = store.summary.value
  if (!org) return null
  const { limits } = org
  const w = allWords()
  const profile: Array<[string, string]> = [
    [w.settings.name, org.name],
    [w.settings.slug, org.slug],
  ]
  const facts: Array<[string, string]> = [
    ...(can('ORG_UPDATE') ? [] : profile),
    [w.orgSettings.created, day(Date.parse(org.createdAt))],
    [w.orgSettings.plan, w.org.tier[org.tier]],
    [w.orgSettings.dataRegion, w.orgSettings.dataRegionOf(w.org.region[org.dataRegion])],
    [w.org.tabs.members, w.org.seats(limits.seatsUsed, limits.seats)],
  ]
  return (
    <>
      {can('ORG_UPDATE') && <Profile />}
      <section class="settings-part" aria-labelledby="details">
        <h3 id="details">{w.orgSettings.details}</h3>
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {can('ORG_MANAGE') && <OfHost />}
    </>
  )
}

function Profile() {
  const { store } = useOrgContext()
  const org = store.summary.value
  const held = { name: org?.name ?? '', slug: org?.slug ?? '', logoUrl: org?.logoUrl ?? '' }
  return (
    <ProfileForm
      held={held}
      onSaved={() => store.refreshSummary()}
      inputOf={({ logoUrl, ...others }) => ({
        ...others,
        ...(logoUrl !== undefined && { logoUrl: logoUrl || null }),
      })}
    >
      {({ values, problems, change }) => (
        <>
          <Field
            label={allWords().settings.name}
            error={problems.get('name')}
            hint={allWords().settings.nameHint}
          >
            {(tie) => (
              <input
                {...tie}
                autocomplete="off"
                value={values.name}
                onInput={(event) => change({ name: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field
            label={allWords().settings.slug}
            error={problems.get('slug')}
            hint={allWords().settings.slugHint}
          >
            {(tie) => (
              <input
                {...tie}
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
                maxLength={63}
                value={values.slug}
                onInput={(event) => change({ slug: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field
            label={allWords().settings.logo}
            error={problems.get('logoUrl')}
            hint={allWords().settings.logoHint}
          >
            {(tie) => (
              <input
                {...tie}
                type="url"
                autocomplete="off"
                maxLength={2048}
                value={values.logoUrl}
                onInput={(event) => change({ logoUrl: event.currentTarget.value.trim() })}
              />
            )}
          </Field>
          {held.logoUrl !== '' && held.logoUrl === values.logoUrl && (
            <LogoPreview key={held.logoUrl} url={held.logoUrl} />
          )}
        </>
      )}
    </ProfileForm>
  )
}

function LogoPreview({ url }: { url: string }) {
  const [isBroken, setBroken] = useState(false)
  if (isBroken) return null
  return (
    <p class="logo-preview">
      {allWords().orgSettings.preview}{' '}
      <img class="org-logo" src={url} alt="" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
    </p>
  )
}

type OfHostOrg = NonNullable<OrgOfHostQuery['org']>

/** What the host application keeps with the org. Only its own tokens can change it. */
function OfHost() {
  const { token, store } = useOrgContext()
  const [org, setOrg] = useState<OfHostOrg | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function read() {
    try {
      const answer = await execute(OrgOfHostDocument, { orgId: store.orgId }, token)
      setOrg(answer.org ?? null)
      setProblem(null)
    } catch (error) {
      setProblem(errorMessage(error))
    }
  }
  useEffect(() => {
    void read()
    return store.onChange((event) => {
      if (event === null || event.__typename === 'OrgChangeEvent') void read()
    })
  }, [store, token])

  return (
    <section class="settings-part" aria-labelledby="of-host">
      <h3 id="of-host">{allWords().orgSettings.ofProduct}</h3>
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {org && (
        <ProfileForm
          held={{ externalId: org.externalId ?? '', metadata: JSON.stringify(org.metadata, null, 2) }}
          onSaved={() => void read()}
          inputOf={inputOfHost}
        >
          {({ values, problems, change }) => (
            <>
              <Field
                label={allWords().orgSettings.externalId}
                hint={allWords().orgSettings.externalIdHint}
                error={problems.get('externalId')}
              >
                {(tie) => (
                  <input
                    {...tie}
                    autocomplete="off"
                    spellcheck={false}
                    maxLength={255}
                    value={values.externalId}
                    onInput={(event) => change({ externalId: event.currentTarget.value })}
                  />
                )}
              </Field>
              <Field
                label={allWords().orgSettings.metadata}
                hint={allWords().orgSettings.metadataHint}
                error={problems.get('metadata')}
              >
                {(tie) => (
                  <textarea
                    {...tie}
                    class="code"
                    rows={6}
                    spellcheck={false}
                    value={values.metadata}
                    onInput={(event) => change({ metadata: event.currentTarget.value })}
                  />
                )}
              </Field>
            </>
          )}
        </ProfileForm>
      )}
    </section>
  )
}

function inputOfHost({ externalId, metadata }: Changes<{ externalId: string; metadata: string }>) {
  const parsed = metadata === undefined ? undefined : objectOf(metadata)
  if (parsed === null) return { problems: new Map([['metadata', allWords().orgSettings.notJson]]) }
  return {
    ...(externalId !== undefined && { externalId: externalId || null }),
    ...(parsed && { metadata: parsed }),
  }
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
