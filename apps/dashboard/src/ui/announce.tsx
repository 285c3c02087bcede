import { signal } from '@preact/signals'
import { words as texts } from '../words/words.js'

const GATHER_MS = 4_000
const SOON_MS = 300

const said = signal('')
let pending: string[] = []
let timer: ReturnType<typeof setTimeout> | undefined
let due = 0

/**
 * Announces a message to screen readers (polite), at most once in four seconds.
 *
 * @param soon for the answer to what the user just did
 */
export function announce(words: string, { soon = false }: { soon?: boolean } = {}): void {
  if (!pending.includes(words)) pending.push(words)
  const at = Date.now() + (soon ? SOON_MS : GATHER_MS)
  if (timer !== undefined && due <= at) return
  clearTimeout(timer)
  due = at
  timer = setTimeout(() => {
    const more = pending.length - 3
    const next = [...pending.slice(-3), ...(more > 0 ? [texts().common.more(more)] : [])].join('. ')
    // The same words again would change nothing, and be silent.
    said.value = next === said.value ? `${next}\u00a0` : next
    pending = []
    timer = undefined
  }, at - Date.now())
}

/**
 * Where announcements are read from. One belongs at the end of the page and one into each modal dialog: what is outside
 * of an open dialog is silent.
 */
export function Announcements() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {said}
    </div>
  )
}
