import type { ButtonHTMLAttributes, TargetedMouseEvent } from 'preact'
import { useContext, useLayoutEffect } from 'preact/hooks'
import { DialogContext } from './dialogContext.js'

interface WaitButtonProps extends ButtonHTMLAttributes {
  /** True while what it started is under way. */
  busy: boolean
  disabled?: boolean
  class: string
  onClick?: (event: TargetedMouseEvent<HTMLButtonElement>) => void
}

/**
 * A button that waits for what it started. It keeps its size and the focus, and a second click does nothing. Around a
 * form's own button that holds for the Enter key too: the browser clicks the button then.
 */
export function WaitButton({ busy, disabled, children, onClick, ...rest }: WaitButtonProps) {
  const { hold } = useContext(DialogContext)

  // While it waits, its dialog doesn't close: the answer would have no place. An effect after the paint could come too late
  // for the Escape key.
  useLayoutEffect(() => (busy ? hold() : undefined), [busy, hold])

  return (
    <button
      {...rest}
      disabled={disabled && !busy}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {children}
    </button>
  )
}
