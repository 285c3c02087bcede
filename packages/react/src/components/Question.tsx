import { useLayoutEffect, useRef } from 'react'
import { useLook } from '../words/look.js'

interface QuestionProps {
  readonly title: string
  readonly notes: readonly string[]
  readonly verb: string
  onCancel(): void
  onConfirm(): void
}

/** Asks before something is done. The focus begins on the button that does nothing. */
export function Question({ title, notes, verb, onCancel, onConfirm }: QuestionProps) {
  const { words, controls } = useLook()
  const group = useRef<HTMLDivElement>(null)
  // Before the next key: Enter again must not confirm.
  useLayoutEffect(() => group.current?.querySelector('button')?.focus(), [])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own look.
    <div
      ref={group}
      role="group"
      aria-label={title}
      className="gh-sure"
      onKeyDown={({ key }) => key === 'Escape' && onCancel()}
    >
      <div className="gh-name">
        {title}
        {notes.filter(Boolean).map((note) => (
          <small key={note}>{note}</small>
        ))}
      </div>
      <controls.Button className="gh-button" onClick={onCancel}>
        {words.cancel}
      </controls.Button>
      <controls.Button className="gh-button gh-danger" onClick={onConfirm}>
        {verb}
      </controls.Button>
    </div>
  )
}
