import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icons.js'

export interface DialogProps {
  title: string
  children: ComponentChildren
  wide?: boolean
  /** Called once, however the dialog was closed. */
  onClose(): void
}

/**
 * A modal dialog. The browser keeps the focus inside, and returns it to the opener at the end. Escape and the cross
 * button close it.
 */
export function Dialog({ title, children, wide, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()

  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // Close it before it is removed: that is when the browser returns the focus.
    return () => dialog?.close()
  }, [])

  return (
    <dialog
      ref={ref}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={heading}
      onClose={(event) => {
        // The event comes one task later. From a removed dialog it would close the one that was opened since.
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
