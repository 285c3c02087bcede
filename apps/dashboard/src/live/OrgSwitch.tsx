import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { SearchMyOrgsDocument } from '../../../../operations/generated/graphql.js'
import { errorMessage } from '../api/apiError.js'
import { execute } from '../api/execute.js'
import { Icon } from '../ui/icons.js'
import { words } from '../words/words.js'
import type { OrgChoice } from './state/viewerStore.js'

interface OrgSwitchProps {
  /** The viewer's newest orgs: all of them, or as many as were loaded. */
  orgs: ReadonlyArray<Pick<OrgChoice, 'id' | 'name'>>
  total: number
  orgId: string | null
  /** Of the org that is shown, as it is now. */
  orgName: string | null
  token: string
  onChoose(orgId: string): void
  /** Null for who can't create one. */
  onCreate: (() => void) | null
}

/** Chooses an org: a button, and a list with a search field beneath it. */
export function OrgSwitch({ orgs, total, orgId, orgName, token, onChoose, onCreate }: OrgSwitchProps) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [found, setFound] = useState<ReadonlyArray<Pick<OrgChoice, 'id' | 'name'>> | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [at, setAt] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const { dashboard } = words()
  const sought = text.trim()
  const isPart = total > orgs.length
  const shown = (isPart && sought !== '' ? found : null) ?? orgs.filter(({ name }) => isIn(name, sought))

  // The server knows the orgs that weren't loaded.
  useEffect(() => {
    setAt(0)
    setFound(null)
    if (!isOpen || !isPart || sought === '') return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      execute(SearchMyOrgsDocument, { search: sought }, token, abort.signal).then(
        (data) => {
          setFound(data.orgs.nodes)
          setProblem(null)
        },
        (error) => !abort.signal.aborted && setProblem(errorMessage(error)),
      )
    }, 200)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [sought, isOpen, isPart, token])

  useEffect(() => {
    if (!isOpen) return
    input.current?.focus()
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
    button.current?.focus()
  }

  function choose(org: Pick<OrgChoice, 'id'> | undefined) {
    if (!org) return
    close()
    onChoose(org.id)
  }

  const name = orgName ?? orgs.find((org) => org.id === orgId)?.name ?? dashboard.organization
  return (
    <div ref={frame} class="switch">
      <button
        ref={button}
        type="button"
        class="switch-button"
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-label={dashboard.switchFrom(name)}
        onClick={() => (isOpen ? close() : setOpen(true))}
      >
        <span class="switch-name">{name}</span>
        <Icon name="down" />
      </button>
      {isOpen && (
        <div class="switch-list">
          <input
            ref={input}
            type="search"
            // The types of Preact want a datalist with this role.
            {...({ role: 'combobox', 'aria-expanded': true } as object)}
            aria-label={dashboard.searchOrgs}
            placeholder={dashboard.searchOrgs}
            aria-controls={`${id}-list`}
            aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') setAt(Math.min(at + 1, shown.length - 1))
              else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
              else if (event.key === 'Enter') choose(shown[at])
              else if (event.key === 'Escape') close()
              else return
              event.preventDefault()
            }}
          />
          <div id={`${id}-list`} class="switch-orgs" role="listbox" aria-label={dashboard.organizations}>
            {shown.map((org, place) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the search field
              <div
                key={org.id}
                id={`${id}-${place}`}
                role="option"
                aria-selected={place === at}
                class={org.id === orgId ? 'switch-org is-open' : 'switch-org'}
                onClick={() => choose(org)}
              >
                {org.name}
              </div>
            ))}
          </div>
          {problem && <p class="switch-note">{problem}</p>}
          {shown.length === 0 && !problem && <p class="switch-note">{dashboard.noOrgFound}</p>}
          {isPart && sought === '' && <p class="switch-note">{dashboard.moreOrgs(total - orgs.length)}</p>}
          {onCreate && (
            <button
              type="button"
              class="button ghost"
              onClick={() => {
                close()
                onCreate()
              }}
            >
              {dashboard.createOrg}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

/** Whether a name has all the words, ignoring case and accents. */
function isIn(name: string, text: string): boolean {
  const folded = fold(name)
  return fold(text)
    .split(/\s+/)
    .every((word) => folded.includes(word))
}

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
