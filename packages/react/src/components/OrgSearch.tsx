import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useOrgSearch } from '../hooks/data.js'
import { useLook } from '../words/look.js'
import type { OrgName } from './OrgSwitcher.js'

interface OrgSearchProps {
  readonly value: string | null
  readonly valueName?: string | null
  readonly orgs: readonly OrgName[]
  readonly totalCount: number
  onChange(orgId: string, org: OrgName): void
  renderEnd?(close: () => void): ReactNode
}

/** The types of Preact know these by other names, or only beside a datalist. */
const combobox: object = { role: 'combobox', 'aria-expanded': true, spellCheck: false }

/** Before the next key: Preact runs other effects after the paint. On a server React 18 warns of layout effects. */
const useOpening = typeof document === 'undefined' ? useEffect : useLayoutEffect

/** Chooses an org: a button, and a list with a search field beneath it. */
export function OrgSearch({ value, valueName, orgs, totalCount, onChange, renderEnd }: OrgSearchProps) {
  const { words, controls } = useLook()
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  const id = useId()
  const w = words.orgSwitcher
  const sought = text.trim()
  const isPart = totalCount > orgs.length
  // The server knows the orgs that were not loaded.
  const found = useOrgSearch(isOpen && isPart ? sought : '')
  const shown = found.orgs ?? orgs.filter(({ name }) => hasWords(name, sought))
  // A product may put controls of its own in, so the focus looks for them.
  const focus = (tag: 'button' | 'input') => frame.current?.querySelector<HTMLElement>(tag)?.focus()

  useEffect(() => setAt(0), [sought, isOpen])

  useOpening(() => {
    if (!isOpen) return
    focus('input')
    const away = (event: Event) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    document.addEventListener('focusin', away)
    return () => {
      document.removeEventListener('pointerdown', away)
      document.removeEventListener('focusin', away)
    }
  }, [isOpen])

  useEffect(() => {
    frame.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [at, isOpen])

  function close() {
    setOpen(false)
    setText('')
    focus('button')
  }

  function choose(org: OrgName | undefined) {
    if (!org) return
    close()
    onChange(org.id, org)
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, shown.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
    else if (event.key === 'Enter') choose(shown[at])
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  }

  const name = valueName ?? orgs.find((org) => org.id === value)?.name ?? ''
  return (
    <div ref={frame} className="gh-search">
      <controls.Button
        className="gh-button gh-chosen"
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-label={name ? w.switchFrom(name) : w.choose}
        onClick={() => (isOpen ? close() : setOpen(true))}
      >
        <span className="gh-chosen-name">{name || w.choose}</span>
        <svg viewBox="0 0 22 22" width="18" height="18" aria-hidden="true" focusable="false">
          <path d="M6 9l5 5 5-5" />
        </svg>
      </controls.Button>
      {isOpen && (
        <div className="gh-popup">
          <controls.Input
            className="gh-input"
            type="search"
            aria-label={w.search}
            placeholder={w.search}
            aria-controls={`${id}-list`}
            aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
            autoComplete="off"
            {...combobox}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <div id={`${id}-list`} className="gh-options" role="listbox" aria-label={w.list}>
            {shown.map((org, place) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the search field
              <div
                key={org.id}
                id={`${id}-${place}`}
                role="option"
                aria-selected={place === at}
                className={org.id === value ? 'gh-option gh-current' : 'gh-option'}
                onClick={() => choose(org)}
              >
                {org.name}
              </div>
            ))}
          </div>
          {found.problem !== null && <p className="gh-note">{found.problem}</p>}
          {shown.length === 0 && found.problem === null && <p className="gh-note">{w.noneFound}</p>}
          {isPart && sought === '' && <p className="gh-note">{w.more(totalCount - orgs.length)}</p>}
          {renderEnd?.(close)}
        </div>
      )}
    </div>
  )
}

/** Whether a name has all the words, ignoring case and accents. */
function hasWords(name: string, text: string): boolean {
  const folded = fold(name)
  return fold(text)
    .split(/\s+/)
    .every((word) => folded.includes(word))
}

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
