import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from './Dialog.js'
import { Refused } from './Notice.js'

interface ConfirmProps {
  title: string
  children: ComponentChildren
  /** On the button: what it does, not "OK". */
  verb: string
  onClose(): void
  /** Resolves to null once done, or to why not, in words. */
  onConfirm(): Promise<string | null>
}

/** Asks once more before what can't be taken back, and stays open where it was refused. */
export function Confirm({ title, children, verb, onClose, onConfirm }: ConfirmProps) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function confirm() {
    setBusy(true)
    setProblem(null)
    const refused = await onConfirm()
    setBusy(false)
    if (refused === null) onClose()
    else setProblem(refused)
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <div class="dialog-body">{children}</div>
      {problem && <Refused>{problem}</Refused>}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Keep it as it is
        </button>
        <button type="button" class="button danger" disabled={busy} onClick={confirm}>
          {verb}
        </button>
      </footer>
    </Dialog>
  )
}
