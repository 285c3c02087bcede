import { Secret } from '../../ui/Secret.js'
import { words } from '../../words/words.js'

/** The link of an invite without an e-mail: whoever invited passes it on. It can't be read again later. */
export function InviteLink({ link }: { link: string }) {
  const { inviteDialog } = words()
  return (
    <div class="invite-link">
      <p>{inviteDialog.linkBody}</p>
      <Secret text={link} verb={inviteDialog.copyLink} />
    </div>
  )
}
