import { useEffect, useState } from 'react'

/** What a reader can set. It is in the address, so that a link leads to the same view. */
export interface Knobs {
  readonly component: string
  readonly state: string
  readonly scheme: 'system' | 'light' | 'dark'
  readonly dir: 'ltr' | 'rtl'
  readonly words: 'en' | 'de'
  readonly theme: string
}

const initial: Knobs = {
  component: 'MembersPanel',
  state: '',
  scheme: 'system',
  dir: 'ltr',
  words: 'en',
  theme: 'none',
}

export type Turn = (change: Partial<Knobs>) => void

export function useKnobs(): [Knobs, Turn] {
  const [knobs, setKnobs] = useState<Knobs>(() => ({
    ...initial,
    ...Object.fromEntries(new URLSearchParams(location.search)),
  }))
  useEffect(() => {
    const set = Object.entries(knobs).filter(([name, value]) => value !== Reflect.get(initial, name))
    const query = new URLSearchParams(set).toString()
    history.replaceState(null, '', query === '' ? location.pathname : `?${query}`)
    document.documentElement.dataset.scheme = knobs.scheme
  }, [knobs])
  return [knobs, (change) => setKnobs((held) => ({ ...held, ...change }))]
}
