import type { ComponentChildren, TargetedMouseEvent, TargetedPointerEvent } from 'preact'
import {
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'preact/hooks'
import { words } from '../words/words.js'
import { Announcements } from './announce.js'
import { DialogContext, type DialogHandle, PermissionContext } from './dialogContext.js'
import { Icon } from './icons.js'
import { type Typed, watchTyping } from './typed.js'

export interface DialogProps {
  title: string
  children: ComponentChildren
  wide?: boolean
  /** The permission that everything in it needs. Without it the dialog says so, and can only be closed. */
  permission?: string
  /** False once its action is no longer possible, for example because the invite was answered meanwhile. */
  allowed?: boolean
  /** Called once, however the dialog was closed. */
  onClose(): void
}

/**
 * A modal dialog. It opens on its first field. The browser keeps the focus inside, and returns it to the opener at the
 * end. Escape, a click beside it and the cross button close it, but ask first if something was typed, or is shown that
 * can't be shown again.
 */
export function Dialog({ title, children, wide, permission, allowed = true, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const typed = useRef<Typed | null>(null)
  const held = useRef(0)
  const shownOnce = useRef(0)
  /** A text that is selected from inside to outside ends with a click beside the dialog too. */
  const pressedBeside = useRef(false)
  const heading = useId()
  const [asks, setAsks] = useState<'typed' | 'shownOnce' | null>(null)
  const { common, dialogs } = words()
  const can = useContext(PermissionContext)
  const isPermitted = permission === undefined || can(permission)
  // While an action is under way, its own effect may be seen before its answer.
  const isBlocked = (!isPermitted || !allowed) && held.current === 0

  const close = () => ref.current?.close()

  /** Returns whether the dialog stays open for now. */
  const mustStay = useCallback(() => {
    if (held.current > 0) return true
    if (shownOnce.current > 0) setAsks('shownOnce')
    else if (typed.current?.isAnything()) setAsks('typed')
    else return false
    return true
  }, [])

  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    typed.current = watchTyping(dialog, () => shownOnce.current > 0, mustStay)
    dialog.showModal()
    firstControl(dialog)?.focus()
    return () => {
      typed.current?.stop()
      // Close it before it is removed, or the browser doesn't return the focus. Other effects end after that.
      dialog.close()
    }
  }, [mustStay])

  useEffect(() => {
    if (!isBlocked) return
    setAsks(null)
    typed.current?.settle()
    ref.current?.querySelector<HTMLElement>('.dialog-blocked button')?.focus()
  }, [isBlocked])

  const handle = useMemo<DialogHandle>(
    () => ({
      settle: () => typed.current?.settle(),
      showOnce() {
        shownOnce.current++
        return () => {
          shownOnce.current--
        }
      },
      hold() {
        held.current++
        return () => {
          held.current--
        }
      },
    }),
    [],
  )

  return (
    <dialog
      ref={ref}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={heading}
      onClose={(event) => {
        // The event comes one task later. From a removed dialog it would close the one that was opened since.
        if (event.currentTarget.isConnected && event.target === event.currentTarget) onClose()
      }}
      onCancel={(event) => {
        if (event.target === event.currentTarget && mustStay()) event.preventDefault()
      }}
      onKeyDown={(event) => {
        // The browser doesn't let a page refuse a second Escape by the event `cancel`.
        if (event.key === 'Escape' && isOwn(event.target, event.currentTarget) && mustStay())
          event.preventDefault()
      }}
      onPointerDown={(event) => {
        pressedBeside.current = isBeside(event)
      }}
      onClick={(event) => {
        if (pressedBeside.current && isBeside(event) && !mustStay()) close()
      }}
    >
      <div class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button
          type="button"
          class="button ghost square"
          aria-label={common.close}
          onClick={() => {
            if (!mustStay()) close()
          }}
        >
          <Icon name="cross" />
        </button>
      </div>
      {isBlocked && (
        <div class="dialog-blocked">
          <p class="notice error" role="alert">
            {isPermitted ? dialogs.changed : dialogs.permissionLost}
          </p>
          <button type="button" class="button" onClick={close}>
            {common.close}
          </button>
        </div>
      )}
      <div class="dialog-content" inert={isBlocked}>
        <DialogContext.Provider value={handle}>{children}</DialogContext.Provider>
      </div>
      {asks && (
        <Dialog
          title={asks === 'typed' ? dialogs.discardTitle : dialogs.shownOnceTitle}
          onClose={() => setAsks(null)}
        >
          {asks === 'shownOnce' && <p class="dialog-lead">{dialogs.shownOnceBody}</p>}
          <footer class="dialog-foot">
            <button type="button" class="button" onClick={() => setAsks(null)}>
              {asks === 'typed' ? dialogs.keepEditing : dialogs.back}
            </button>
            <button
              type="button"
              class="button danger"
              onClick={(event) => {
                // The question first: beneath it the browser can't return the focus to the opener.
                event.currentTarget.closest('dialog')?.close()
                close()
              }}
            >
              {asks === 'typed' ? dialogs.discard : common.close}
            </button>
          </footer>
        </Dialog>
      )}
      <Announcements />
    </dialog>
  )
}

/** The first field, or else the first button of the content: the harmless one in a confirmation. */
function firstControl(dialog: HTMLElement): HTMLElement | null {
  const fields = 'input:not(:disabled, [type="hidden"]), select:not(:disabled), textarea:not(:disabled)'
  const controls = [
    ...dialog.querySelectorAll<HTMLElement>(fields),
    ...dialog.querySelectorAll<HTMLElement>('.dialog-content :is(button, a[href]):not(:disabled)'),
  ]
  const first = controls.find((control) => control.checkVisibility()) ?? null
  // Of several radio buttons, the Tab key leads to the chosen one.
  if (!(first instanceof HTMLInputElement && first.type === 'radio')) return first
  return controls.find((control) => control.matches(`[name="${CSS.escape(first.name)}"]:checked`)) ?? first
}

/** Whether an event comes from the dialog itself, not from one that is opened in it. */
function isOwn(target: EventTarget | null, dialog: HTMLDialogElement): boolean {
  return target instanceof Element && target.closest('dialog') === dialog
}

/** Whether it happened on the backdrop. */
function isBeside({
  target,
  currentTarget,
  clientX,
  clientY,
}: TargetedMouseEvent<HTMLDialogElement> | TargetedPointerEvent<HTMLDialogElement>): boolean {
  if (target !== currentTarget) return false
  const { left, right, top, bottom } = currentTarget.getBoundingClientRect()
  return clientX < left || clientX > right || clientY < top || clientY > bottom
}
