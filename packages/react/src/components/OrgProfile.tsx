import { type FormEvent, useState } from 'react'
import { useUpdateOrg } from '../hooks/actions.js'
import { useOrg } from '../hooks/data.js'
import { problemOf, useDone, useLook } from '../words/look.js'
import { classes, Panel, type PanelProps, Said, TextField, useAbsence } from './parts.js'

export interface OrgProfileProps extends PanelProps<'form'> {
  readonly orgId: string
}

type Profile = { name: string; slug: string; logoUrl: string }

/** The name, the short name and the logo of an org. Those who may not change it read it. */
export function OrgProfile({ orgId, className, classNames = {} }: OrgProfileProps) {
  const { words, controls } = useLook()
  const org = useOrg(orgId)
  // Only what was typed: the rest follows what others change.
  const [typed, setTyped] = useState<Partial<Profile>>({})
  const [done, sayDone] = useDone()
  const [problem, setProblem] = useState<string | null>(null)
  const [update, { isPending }] = useUpdateOrg()
  const absence = useAbsence(org)
  const w = words.profile

  async function submit(event: FormEvent) {
    event.preventDefault()
    const { logoUrl, ...rest } = typed
    const outcome = await update(orgId, {
      ...rest,
      ...(logoUrl !== undefined && { logoUrl: logoUrl === '' ? null : logoUrl }),
    })
    setProblem(problemOf(outcome, words))
    if (outcome.kind !== 'done') return
    sayDone(w.saved)
    setTyped({})
  }

  const shown: Profile = {
    name: org.data?.name ?? '',
    slug: org.data?.slug ?? '',
    logoUrl: org.data?.logoUrl ?? '',
    ...typed,
  }
  const set = (field: keyof Profile) => (value: string) => setTyped((held) => ({ ...held, [field]: value }))
  return (
    <Panel name="profile" title={w.title} className={className}>
      {absence}
      {org.data?.viewerPermissions.includes('ORG_UPDATE') && (
        <form className={classes('gh-form', classNames.form)} onSubmit={submit}>
          <TextField label={w.name} value={shown.name} required onChange={set('name')} />
          <TextField label={w.slug} value={shown.slug} required onChange={set('slug')} />
          <TextField label={w.logoUrl} type="url" value={shown.logoUrl} onChange={set('logoUrl')} />
          <controls.Button type="submit" className="gh-button gh-primary" disabled={isPending}>
            {w.save}
          </controls.Button>
        </form>
      )}
      {org.data && !org.data.viewerPermissions.includes('ORG_UPDATE') && (
        <dl className="gh-facts">
          <dt>{w.name}</dt>
          <dd dir="auto">{shown.name}</dd>
          <dt>{w.slug}</dt>
          <dd>{shown.slug}</dd>
        </dl>
      )}
      <Said done={done} problem={problem} />
    </Panel>
  )
}
