import type { Invited as InvitedPerson } from '@guildhall/react'
import { useEffect, useRef } from 'preact/hooks'
import { shownAddress } from '../../model/domainName.js'
import { CopyButton } from '../../ui/CopyButton.js'
import { DoneNotice } from '../../ui/notices.js'
import { useShownOnce } from '../../ui/Secret.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { InviteLink } from './InviteLink.js'

export interface InviteResult {
  readonly address: string
  /** Why they were not invited; null if they were. */
  readonly refused: string | null
  /** The link that the e-mail would have carried, if none was sent. */
  readonly link: string | null
}

/** What became of each address. It is the first thing in the dialog and gets the focus. */
export function InviteResults({ results }: { results: readonly InviteResult[] }) {
  const { inviteDialog } = words()
  const box = useRef<HTMLDivElement>(null)
  const refused = results.filter((result) => result.refused !== null)
  const links = results.filter((result) => result.link !== null)
  const invited = results.length - refused.length

  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' })
    box.current?.focus()
  }, [results])

  return (
    <div ref={box} class="answers" role="status" tabIndex={-1}>
      <p class={refused.length === 0 ? 'notice done' : 'notice'}>
        {inviteDialog.countInvited(invited)}
        {refused.length > 0 && ` ${inviteDialog.countNot(refused.length)}`}
      </p>
      {refused.length > 0 && (
        <ul>
          {refused.map((result) => (
            <li key={result.address}>
              <strong>{result.address}</strong> {result.refused}
            </li>
          ))}
        </ul>
      )}
      {links.length > 0 && (
        <InviteLinks text={links.map(({ address, link }) => `${address} ${link}`).join('\n')} />
      )}
    </div>
  )
}

/** Who was invited by the form just now. */
export function Invited({ invited }: { invited: readonly InvitedPerson[] }) {
  const { store } = useOrgContext()
  const { inviteDialog } = words()
  const [first, ...others] = invited
  const links = invited.filter(({ link }) => link !== null)
  if (!first) return null
  const isOne = others.length === 0
  return (
    <>
      <DoneNotice
        text={
          isOne ? inviteDialog.invited(shownAddress(first.email)) : inviteDialog.countInvited(invited.length)
        }
        // The event of one invite says the same.
        announced={!isOne || store.watching.value !== 'everything'}
      />
      {isOne && first.link !== null ? (
        <InviteLink link={first.link} />
      ) : (
        links.length > 0 && (
          <InviteLinks text={links.map(({ email, link }) => `${email} ${link}`).join('\n')} />
        )
      )}
    </>
  )
}

/** Each address with its link, a line each. They can't be read again later. */
function InviteLinks({ text }: { text: string }) {
  const { inviteDialog } = words()
  const { copied } = useShownOnce(text)
  return (
    <>
      <p>{inviteDialog.linkBody}</p>
      <textarea
        readOnly
        rows={Math.min(4, text.split('\n').length)}
        aria-label={inviteDialog.links}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        onCopy={copied}
      />
      <div class="actions">
        <CopyButton text={text} what="" verb={inviteDialog.copyLinks} onCopied={copied} />
      </div>
    </>
  )
}
