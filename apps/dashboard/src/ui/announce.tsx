import { signal } from '@preact/signals'

const said = signal('')
let pending: string[] = []
let timer: ReturnType<typeof setTimeout> | undefined

/** Says something to who can't see it: politely, and no more than one saying in four seconds. */
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
    <div class="unseen" role="status">
      {said}
    </div>
  )
}
