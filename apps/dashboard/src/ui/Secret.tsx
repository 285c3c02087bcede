import { useContext, useLayoutEffect, useState } from 'preact/hooks'
import { CopyButton } from './CopyButton.js'
import { DialogContext } from './dialogContext.js'

interface SecretProps {
  text: string
  /** What is copied, for screen readers. */
  what?: string
  /** The button's label: "Copy link". */
  verb?: string
}

/** A text that can't be read again later. Until it is copied, its dialog asks before it closes. */
export function Secret({ text, what = '', verb }: SecretProps) {
  const askBeforeLoss = useShownOnce(text)
  return (
    <p class="secret">
      <code onCopy={askBeforeLoss.copied}>{text}</code>
      <CopyButton text={text} what={what} onCopied={askBeforeLoss.copied} {...(verb ? { verb } : {})} />
    </p>
  )
}

/** Lets the dialog around ask before it closes, until the text is copied. */
export function useShownOnce(text: string): { copied(): void } {
  const { showOnce } = useContext(DialogContext)
  const [copied, setCopied] = useState<string | null>(null)

  useLayoutEffect(() => (copied === text ? undefined : showOnce()), [copied, text, showOnce])

  return { copied: () => setCopied(text) }
}
