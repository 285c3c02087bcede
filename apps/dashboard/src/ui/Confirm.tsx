import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { words } from '../words/words.js'
import { Dialog } from './Dialog.js'
import { ErrorNotice } from './notices.js'
import { WaitButton } from './WaitButton.js'

interface ConfirmProps {
  title: string
  children: ComponentChildren
  /** The label of the button: what it does, not "OK". */
  verb: string
  /** The permission that the action needs. */
  permission?: string
  /** False once the action is no longer possible. */
  allowed?: boolean
  onClose(): void
  /** Resolves to null on success, or to a message that says why it was refused. */
  onConfirm(): Promise<string | null>
}

/** Asks for confirmation of an action that can't be undone. Stays open if the action is refused. */
export function Confirm({ title, children, verb, permission, allowed, onClose, onConfirm }: ConfirmProps) {
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
    <Dialog
      title={title}
      onClose={onClose}
      {...(permission === undefined ? {} : { permission })}
      {...(allowed === undefined ? {} : { allowed })}
    >
      <div class="dialog-body">{children}</div>
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {words().common.cancel}
        </button>
        <WaitButton type="button" class="button danger" busy={busy} onClick={confirm}>
          {verb}
        </WaitButton>
      </footer>
    </Dialog>
  )
}
