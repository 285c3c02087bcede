import { useEffect, useState } from 'preact/hooks'
import { words } from '../words/words.js'
import { announce } from './announce.js'
import { Icon } from './icons.js'

interface CopyButtonProps {
  text: string
  /** What is copied, for screen readers: "the value". */
  what: string
  quiet?: boolean
}

/** Copies a text, and says for some seconds that it did. */
export function CopyButton({ text, what, quiet = false }: CopyButtonProps) {
  const [state, setState] = useState<'copy' | 'copied' | 'failed'>('copy')

  useEffect(() => {
    if (state === 'copy') return
    const timer = setTimeout(() => setState('copy'), 4_000)
    return () => clearTimeout(timer)
  }, [state])

  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
      announce(words().common.copied)
    } catch {
      setState('failed')
      announce(words().common.copyFailed)
    }
  }

  return (
    <button type="button" class={quiet ? 'button quiet' : 'button'} onClick={copy}>
      <Icon name={state === 'copied' ? 'check' : 'copy'} />
      {state === 'failed' ? words().common.copyFailed : words().common[state]}
      <span class="visually-hidden"> {what}</span>
    </button>
  )
}
