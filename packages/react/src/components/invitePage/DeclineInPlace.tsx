import { useEffect, useRef } from 'react'
import { useLook } from '../../words/look.js'

interface DeclineInPlaceProps {
  readonly orgName: string
  onCancel(): void
  onDecline(): void
}

/** Asks beneath the buttons whether to decline. The focus comes to the button that does no harm. */
export function DeclineInPlace({ orgName, onCancel, onDecline }: DeclineInPlaceProps) {
  const { words, controls } = useLook()
  const group = useRef<HTMLDivElement>(null)
  useEffect(() => group.current?.querySelector('button')?.focus(), [])
  const { sure, sureBody } = words.page
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own look.
    <div
      ref={group}
      role="group"
      aria-label={sure(orgName)}
      className="gh-sure"
      onKeyDown={({ key }) => key === 'Escape' && onCancel()}
    >
      <p>
        <strong>{sure(orgName)}</strong> {sureBody}
      </p>
      <controls.Button className="gh-button" onClick={onCancel}>
        {words.cancel}
      </controls.Button>
      <controls.Button className="gh-button gh-danger" onClick={onDecline}>
        {words.answer.decline}
      </controls.Button>
    </div>
  )
}
