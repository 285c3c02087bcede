import type { ComponentChildren } from 'preact'

/** What was refused or went wrong, said at once to who can't see it. */
export function Refused({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice refused" role="alert">
      {children}
    </p>
  )
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="empty-body">{children}</div>}
    </div>
  )
}
