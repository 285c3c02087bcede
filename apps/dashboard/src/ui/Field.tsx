import type { ComponentChildren } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'

export interface FieldProps {
  label: string
  hint?: string | undefined
  /** Disappears as soon as the text is changed. Take it away when the form is sent again, so that it can come back. */
  error?: string | undefined
  /** Renders the control. Its props connect it to the label, hint and error. */
  children(tie: {
    id: string
    'aria-describedby': string | undefined
    'aria-invalid': boolean
  }): ComponentChildren
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const [isMended, setMended] = useState(false)
  const shown = isMended ? undefined : error
  const described = [shown ? `${id}-error` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ')

  useEffect(() => setMended(false), [error])

  return (
    <div class="field" onInput={() => setMended(true)}>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': shown !== undefined })}
      {shown && (
        <p class="field-error" id={`${id}-error`}>
          {shown}
        </p>
      )}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
