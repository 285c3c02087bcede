import { effect, signal } from '@preact/signals'
import { words } from '../words/words.js'
import { Icon } from './icons.js'

type Theme = 'system' | 'light' | 'dark'

const KEY = 'guildhall.theme'
const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const icon = { system: 'halves', light: 'sun', dark: 'moon' } as const

const theme = signal<Theme>(restore())

effect(() => {
  const chosen = theme.value
  if (chosen === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
  try {
    if (chosen === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, chosen)
  } catch {
    // The browser may block storage. Then the choice lasts as long as the page.
  }
})

function restore(): Theme {
  try {
    const stored = localStorage.getItem(KEY)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system'
  }
}

export function ThemeSwitch() {
  const w = words().theme
  const label = w.label(w[theme.value])
  return (
    <button
      type="button"
      class="button ghost square"
      aria-label={label}
      title={label}
      onClick={() => {
        theme.value = next[theme.value]
      }}
    >
      <Icon name={icon[theme.value]} />
    </button>
  )
}
