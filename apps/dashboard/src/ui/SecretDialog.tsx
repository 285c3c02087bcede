import { allWords } from '../words/allWords.js'
import { Dialog } from './Dialog.js'
import { Secret } from './Secret.js'

interface SecretDialogProps {
  title: string
  lead: string
  secret: string
  onClose(): void
}

/** Shows a text that can't be read again later. */
export function SecretDialog({ title, lead, secret, onClose }: SecretDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="dialog-lead">
        {lead} {allWords().apiTokens.shownOnce}
      </p>
      <Secret text={secret} />
      <footer class="dialog-foot">
        <button type="button" class="button primary" onClick={onClose}>
          {allWords().apiTokens.copiedIt}
        </button>
      </footer>
    </Dialog>
  )
}
