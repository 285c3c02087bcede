import { useState } from 'preact/hooks'
import { announce } from '../../ui/announce.js'
import { Icon } from '../../ui/icons.js'
import { words } from '../../words/words.js'

/** The link of an invite without an e-mail: whoever invited passes it on. It can't be read again later. */
export function InviteLink({ link }: { link: string }) {
  const [copied, setCopied] = useState(false)
  const { inviteDialog, common } = words()
  return (
    <div class="invite-link">
      <p>{inviteDialog.linkBody}</p>
      <p class="secret">
        <code>{link}</code>
        <button
          type="button"
          class="button"
          onClick={async () => {
            await navigator.clipboard?.writeText(link)
            setCopied(true)
            announce(common.copied)
          }}
        >
          <Icon name={copied ? 'check' : 'copy'} />
          {copied ? common.copied : inviteDialog.copyLink}
        </button>
      </p>
    </div>
  )
}
