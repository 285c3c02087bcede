import { createContext } from 'preact'

export interface DialogHandle {
  /** What was typed so far is saved: to close the dialog loses nothing. */
  settle(): void
  /** Asks before the dialog is closed, until the returned function is called: it shows what can't be shown again. */
  showOnce(): () => void
  /** Keeps the dialog open until the returned function is called. */
  hold(): () => void
}

/** The dialog around a component. Outside of a dialog it does nothing. */
export const DialogContext = createContext<DialogHandle>({
  settle() {},
  showOnce: () => () => {},
  hold: () => () => {},
})

/** Whether the viewer has a permission. Dialogs ask it, so that they notice when the viewer loses one. */
export const PermissionContext = createContext<(permission: string) => boolean>(() => true)
