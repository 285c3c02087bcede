import { useState } from 'react'
import { useLook } from '../words/look.js'
import { classes } from './parts.js'
import type { Invited } from './sendInvites.js'

interface InviteLinksProps {
  readonly invited: readonly Invited[]
  readonly className: string | undefined
}

/** The links of invites without a mail, to copy: whoever invites passes them on. Nothing if mails are sent. */
export function InviteLinks({ invited, className }: InviteLinksProps) {
  const { words, controls } = useLook()
  const [said, setSaid] = useState('')
  const w = words.inviteForm
  const links = invited.flatMap(({ email, link }) => (link === null ? [] : [{ email, link }]))
  if (links.length === 0) return null
  const [first, ...others] = links
  const text =
    others.length === 0 ? first?.link : links.map(({ email, link }) => `${email} ${link}`).join('\n')

  async function copy() {
    try {
      await navigator.clipboard.writeText(text ?? '')
      setSaid(w.copied)
    } catch {
      setSaid(w.notCopied)
    }
  }

  return (
    <div className={classes('gh-links', className)}>
      <p>{w.linksNote}</p>
      <controls.Textarea
        className="gh-input"
        readOnly
        rows={Math.min(4, links.length)}
        dir="ltr"
        aria-label={w.links}
        value={text}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <p className="gh-answer">
        <controls.Button className="gh-button" onClick={() => void copy()}>
          {w.copy}
        </controls.Button>
        <span role="status">{said}</span>
      </p>
    </div>
  )
}
