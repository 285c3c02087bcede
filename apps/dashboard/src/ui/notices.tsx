import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { retryNow } from '../api/retry.js'
import { words } from '../words/words.js'
import { announce } from './announce.js'

/** A refusal or an error. Screen readers announce it at once. */
export function ErrorNotice({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice error" role="alert">
      {children}
    </p>
  )
}

/** Says that something can't be loaded. It is tried again by itself, with `useRetry` or `openRetry`. */
export function LoadNotice({ text }: { text: string }) {
  return (
    <div class="notice error notice-retry">
      <p role="alert">{text}</p>
      <button type="button" class="button quiet" onClick={retryNow}>
        {words().common.tryAgain}
      </button>
    </div>
  )
}

/**
 * Says that something is done.
 *
 * @param announced false if an event is announced for the same thing, so that it isn't said twice
 */
export function DoneNotice({ text, announced = true }: { text: string; announced?: boolean }) {
  useEffect(() => {
    if (announced) announce(text, { soon: true })
  }, [text, announced])
  return <p class="notice done">{text}</p>
}

export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="empty-body">{children}</div>}
    </div>
  )
}
