import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icons.js'

export interface DialogProps {
  title: string
  children: ComponentChildren
  wide?: boolean
  /** Called once the dialog is closed, however that came. */
  onClose(): void
}

/**
 * A modal dialog. The browser keeps the focus inside and gives it back to what opened it; Escape and the cross
 * close it.
 */
export function Dialog({ title, children, wide, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()

  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // Closing before it goes is what gives the focus back.
    return () => dialog?.close()
  }, [])

  return (
    <dialog
      ref={ref}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={heading}
      onClose={(event) => {
        // The event comes a task later. Told by a dialog that is gone, it would close the one opened since.
        if (event.currentTarget.isConnected) onClose()
      }}
    >
      <header class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button
          type="button"
          class="button ghost square"
          aria-label="Close"
          onClick={() => ref.current?.close()}
        >
          <Icon name="cross" />
        </button>
      </header>
      {children}
    </dialog>
  )
}
