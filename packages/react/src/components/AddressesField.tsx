import type { KeyboardEvent as KeyEvent } from 'react'
import { useLook } from '../words/look.js'
import type { PastedAddresses } from './addresses.js'
import { Field, type FieldClassNames, ofCode } from './parts.js'
import { MAX_INVITES, type Refused } from './sendInvites.js'

interface AddressesFieldProps extends PastedAddresses {
  readonly text: string
  readonly refused: readonly Refused[]
  readonly classNames: FieldClassNames
  onChange(text: string): void
}

/** One address or several: typed, or pasted as a list or a column. */
export function AddressesField({
  text,
  addresses,
  repeated,
  refused,
  classNames,
  onChange,
}: AddressesFieldProps) {
  const { words, controls } = useLook()
  const w = words.inviteForm
  const count = addresses.length
  // Once an address is mended or taken out, its reason is out of place.
  const left = refused.filter(({ address }) => addresses.includes(address))
  const [first] = left

  /** While there is one address, the field is like a field of one line. In a list, Enter begins the next line. */
  function onKeyDown(event: KeyEvent<HTMLTextAreaElement>) {
    if (event.key !== 'Enter' || event.shiftKey || count > 1 || isComposing(event)) return
    event.preventDefault()
    event.currentTarget.form?.requestSubmit()
  }

  return (
    <Field
      label={w.emails}
      hint={count > 1 || repeated > 0 ? w.found(count, repeated) : w.emailsHint}
      problem={
        count > MAX_INVITES ? (
          w.atMost(MAX_INVITES)
        ) : first && count === 1 ? (
          first.why
        ) : first ? (
          <>
            {w.notInvited(left.length)}
            <ul>
              {left.map(({ address, why }) => (
                <li key={address}>
                  <strong dir="ltr">{address}</strong> {why}
                </li>
              ))}
            </ul>
          </>
        ) : undefined
      }
      classNames={classNames}
    >
      {(tie) => (
        <controls.Textarea
          {...tie}
          className="gh-input"
          rows={Math.min(8, Math.max(text.split('\n').length, Math.ceil(text.length / 40), 1))}
          inputMode="email"
          autoComplete="off"
          {...ofCode}
          placeholder={w.example}
          value={text}
          onKeyDown={onKeyDown}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </Field>
  )
}

/** Whether Enter ends a character that is put together of several keys. */
function isComposing(event: object): boolean {
  const native = 'nativeEvent' in event ? event.nativeEvent : event
  return native instanceof KeyboardEvent && native.isComposing
}
