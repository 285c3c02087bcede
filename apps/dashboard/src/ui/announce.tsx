import { signal } from '@preact/signals'

const said = signal('')
let pending: string[] = []
let timer: ReturnType<typeof setTimeout> | undefined

/** Announces a message to screen readers (polite), at most once in four seconds. */
export function announce(words: string): void {
  pending.push(words)
  if (timer !== undefined) return
  timer = setTimeout(() => {
    const more = pending.length - 3
    said.value = [...pending.slice(-3), ...(more > 0 ? [`and ${more} more`] : [])].join('. ')
    pending = []
    timer = undefined
  }, 4_000)
}

export function Announcer() {
  return (
    <div class="visually-hidden" role="status">
      {said}
    </div>
  )
}
