import type { ApiError } from '@guildhall/client'
import {
  type ButtonHTMLAttributes,
  type ComponentType,
  createContext,
  type InputHTMLAttributes,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useContext,
  useState,
} from 'react'
import type { Outcome } from '../api/outcome.js'
import { english, type Words } from './en.js'

/** The controls that the components are made of. A product can put its own in their place. */
export interface Controls {
  readonly Button: ComponentType<ButtonHTMLAttributes<HTMLButtonElement>>
  readonly Input: ComponentType<InputHTMLAttributes<HTMLInputElement>>
  readonly Select: ComponentType<SelectHTMLAttributes<HTMLSelectElement>>
  readonly Textarea: ComponentType<TextareaHTMLAttributes<HTMLTextAreaElement>>
  /** A moment: `at` is in ISO 8601. */
  readonly Time: ComponentType<{ readonly at: string }>
}

/** What a product can change of all components. */
export interface Look {
  readonly words: Words
  /** The language of the words, for dates and for screen readers. */
  readonly locale: string
  readonly controls: Controls
  /** Says what was done, in place of the components. */
  readonly say: ((text: string) => void) | undefined
}

const controls: Controls = {
  Button: (props) => <button type="button" {...props} />,
  Input: (props) => <input {...props} />,
  Select: (props) => <select {...props} />,
  Textarea: (props) => <textarea {...props} />,
  Time,
}

function Time({ at }: { readonly at: string }) {
  const { locale } = useLook()
  return <time dateTime={at}>{new Date(at).toLocaleDateString(locale, { dateStyle: 'medium' })}</time>
}

export const defaultLook: Look = { words: english, locale: 'en', controls, say: undefined }

export const LookContext = createContext(defaultLook)
export const useLook = (): Look => useContext(LookContext)

/** What was done last, for the component to say, and a function to say it with. */
export function useDone(): [done: string | null, sayDone: (text: string) => void] {
  const { say } = useLook()
  const [done, setDone] = useState<string | null>(null)
  return [done, say ?? setDone]
}

/** Why there was no answer, in the words of the provider. */
export const errorOf = ({ code }: ApiError, words: Words): string => words.errors[code] ?? words.unreachable

/** Why an action was not done, in the words of the provider. Null if it was done, or has not ended. */
export function problemOf(outcome: Outcome<unknown> | null, words: Words): string | null {
  if (outcome === null || outcome.kind === 'done') return null
  if (outcome.kind === 'failed') return errorOf(outcome.error, words)
  const { type, message } = outcome.refusal
  const said = words.refusals[type]
  return typeof said === 'function' ? said(outcome.refusal) : (said ?? message)
}
