import { useEffect, useState } from 'preact/hooks'
import { words } from '../words/words.js'
import { announce } from './announce.js'
import { Icon } from './icons.js'

interface CopyButtonProps {
  text: string
  /** What is copied, for screen readers: "the value". */
  what: string
  quiet?: boolean
  /** Instead of "Copy". */
  verb?: string
  onCopied?(): void
}

/** Copies a text, and says for some seconds that it did. */
export function CopyButton({ text, what, quiet = false, verb, onCopied }: CopyButtonProps) {
  const [state, setState] = useState<'copy' | 'copied' | 'failed'>('copy')

  useEffect(() => {
    if (state === 'copy') return
    const timer = setTimeout(() => setState('copy'), 4_000)
    return () => clearTimeout(timer)
  }, [state])

  async function copyText() {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
      onCopied?.()
      announce(words().common.copied)
    } catch {
      setState('failed')
      announce(words().common.copyFailed)
    }
  }

  const { copy, copied, copyFailed } = words().common
  return (
    <button type="button" class={quiet ? 'button quiet' : 'button'} onClick={copyText}>
      <Icon name={state === 'copied' ? 'check' : 'copy'} />
      {state === 'failed' ? copyFailed : state === 'copied' ? copied : (verb ?? copy)}
      <span class="visually-hidden"> {what}</span>
    </button>
  )
}
