import type { ComponentChildren } from 'preact'

/** What has ended, folded away below the list of what is in use. */
export function Ended({ summary, children }: { summary: string; children: ComponentChildren[] }) {
  if (children.length === 0) return null
  return (
    <details class="ended-rows">
      <summary>{summary}</summary>
      <ul class="cards">{children}</ul>
    </details>
  )
}
