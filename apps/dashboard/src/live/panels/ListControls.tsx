import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Icon } from '../../ui/icons.js'
import { words } from '../../words/words.js'
import { changeAddress, noPlace, readAddress } from '../address.js'
import { type Pages, sizes } from './usePages.js'

/** A search field. It searches after 250 ms without typing. */
export function Search({ label, onSearch }: { label: string; onSearch(text: string): void }) {
  const [text, setText] = useState('')

  // Not when only `onSearch` changes.
  useEffect(() => {
    const timer = setTimeout(() => onSearch(text.trim()), 250)
    return () => clearTimeout(timer)
  }, [text])

  return <SearchField label={label} text={text} onText={setText} />
}

/** The same for a list whose search is in the page's address. */
export function AddressSearch({ label }: { label: string }) {
  const sought = readAddress().get('q') ?? ''
  const [text, setText] = useState(sought)
  const sent = useRef(sought)

  // The address changed by itself: Back, another tab.
  useEffect(() => {
    if (sought === sent.current) return
    sent.current = sought
    setText(sought)
  }, [sought])

  useEffect(() => {
    const next = text.trim()
    if (next === sent.current) return
    const timer = setTimeout(() => {
      const begins = sent.current === ''
      sent.current = next
      changeAddress({ ...noPlace, q: next }, { replace: !begins })
    }, 250)
    return () => clearTimeout(timer)
  }, [text])

  return <SearchField label={label} text={text} onText={setText} />
}

function SearchField({ label, text, onText }: { label: string; text: string; onText(text: string): void }) {
  const id = useId()
  return (
    <div class="search">
      <label class="visually-hidden" for={id}>
        {label}
      </label>
      <Icon name="search" />
      <input
        id={id}
        type="search"
        placeholder={label}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </div>
  )
}

/** The chosen values of a filter in the address. */
export function filterIn<Key extends string>(name: string, options: readonly Key[]): Key[] {
  const chosen = readAddress().get(name)?.split(',') ?? []
  return options.filter((option) => chosen.includes(option))
}

interface ChipsProps<Key extends string> {
  label: string
  options: ReadonlyArray<readonly [Key, string]>
  chosen: readonly Key[]
  onChange(chosen: Key[]): void
}

/** Filters that can be combined. If none is chosen, everything is shown. */
export function Chips<Key extends string>({ label, options, chosen, onChange }: ChipsProps<Key>) {
  return (
    <fieldset class="chips">
      <legend class="visually-hidden">{label}</legend>
      {options.map(([key, name]) => {
        const on = chosen.includes(key)
        return (
          <button
            key={key}
            type="button"
            class="chip"
            aria-pressed={on}
            onClick={() => onChange(on ? chosen.filter((held) => held !== key) : [...chosen, key])}
          >
            {name}
          </button>
        )
      })}
    </fieldset>
  )
}

/** Puts a filter into the address, and begins the list anew. */
export function setFilter(name: string, chosen: readonly string[]): void {
  changeAddress({ ...noPlace, [name]: chosen.join(',') })
}

/** The order in the address: one of the options, the first of which is the usual one. */
export function sortIn<Key extends string>(options: readonly Key[]): Key {
  const asked = readAddress().get('sort')
  return options.find((option) => option === asked) ?? (options[0] as Key)
}

export function Sort<Key extends string>({ options }: { options: ReadonlyArray<readonly [Key, string]> }) {
  const chosen = sortIn(options.map(([key]) => key))
  return (
    <label class="list-choice">
      <span>{words().lists.sort}</span>
      <select
        value={chosen}
        onChange={(event) => {
          const next = event.currentTarget.value
          changeAddress({ ...noPlace, sort: next === options[0]?.[0] ? null : next })
        }}
      >
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Goes to the first name from some letters on, in a list that is sorted by name and longer than a page. */
export function Letters<Row>({ pages }: { pages: Pages<Row> }) {
  const from = readAddress().get('from') ?? ''
  const [text, setText] = useState(from)
  const sent = useRef(from)

  // The address changed by itself: Back, another page.
  useEffect(() => {
    if (from === sent.current) return
    sent.current = from
    setText(from)
  }, [from])

  useEffect(() => {
    const next = text.trim()
    if (next === sent.current) return
    const timer = setTimeout(() => {
      sent.current = next
      pages.jump(next)
    }, 250)
    return () => clearTimeout(timer)
  }, [text])

  if (!pages.page || (pages.page.totalCount <= pages.size && from === '')) return null
  return (
    <label class="list-choice">
      <span>{words().lists.letter}</span>
      <input
        type="search"
        class="letters"
        maxLength={100}
        placeholder={words().lists.letters}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </label>
  )
}

/** Says what came while the list was in use. It has its own place, so nothing moves when it appears. */
export function NewRows<Row>({ pages }: { pages: Pages<Row> }) {
  return (
    <div class="new-rows" role="status">
      {pages.newRows > 0 && (
        <button type="button" class="button quiet" onClick={pages.showNew}>
          {words().lists.newRows(pages.newRows)}
        </button>
      )}
    </div>
  )
}

export function Pager<Row>({ pages }: { pages: Pages<Row> }) {
  const { page, number, size } = pages
  const { lists } = words()
  if (!page || page.totalCount === 0) return null
  const shown = page.nodes.length
  const isFirst =
    number === null ? !page.pageInfo.hasPreviousPage && !readAddress().has('from') : number === 1
  const isLast = !page.pageInfo.hasNextPage && (number === null || number * size >= page.totalCount)
  const from = number === null ? 0 : (number - 1) * size + 1
  const several = !isFirst || !isLast
  // Not `disabled`: the focus stays on a button that has nothing more to do.
  const step = (name: string, off: boolean, act: () => void) => (
    <button
      type="button"
      class="button quiet"
      aria-disabled={off}
      onClick={() => {
        if (!off) act()
      }}
    >
      {name}
    </button>
  )
  return (
    <nav class="pager" aria-label={lists.pages}>
      <p role="status">
        {number === null
          ? lists.some(shown, page.totalCount)
          : lists.range(shown === 0 ? 0 : from, from + shown - 1, page.totalCount)}
      </p>
      {(page.totalCount > sizes[0] || size !== sizes[0]) && (
        <label class="list-choice">
          <span>{lists.perPage}</span>
          <select
            value={String(size)}
            onChange={(event) => {
              const next = event.currentTarget.value
              changeAddress({ ...noPlace, size: next === String(sizes[0]) ? null : next })
            }}
          >
            {sizes.map((option) => (
              <option key={option} value={String(option)}>
                {option}
              </option>
            ))}
          </select>
        </label>
      )}
      {several && (
        <div class="actions">
          {step(lists.first, isFirst, pages.first)}
          {step(lists.previous, isFirst, pages.previous)}
          <PageNumber number={number} all={Math.ceil(page.totalCount / size)} onGo={pages.goTo} />
          {step(lists.next, isLast, pages.next)}
          {step(lists.last, isLast, pages.last)}
        </div>
      )}
    </nav>
  )
}

interface PageNumberProps {
  number: number | null
  all: number
  onGo(number: number): void
}

/** The number of the page, to type another one. Of two pages, the buttons are enough. */
function PageNumber({ number, all, onGo }: PageNumberProps) {
  const [text, setText] = useState<string | null>(null)
  const { lists } = words()

  useEffect(() => setText(null), [number])

  if (all < 3) return null
  const go = () => {
    const wanted = Number(text)
    setText(null)
    if (text && Number.isInteger(wanted) && wanted !== number) onGo(wanted)
  }
  return (
    <form
      class="page-number"
      onSubmit={(event) => {
        event.preventDefault()
        go()
      }}
    >
      {lists.pageOf<ComponentChildren>(
        <input
          key="number"
          type="search"
          inputMode="numeric"
          aria-label={lists.pageNumber}
          maxLength={7}
          value={text ?? number ?? ''}
          onInput={(event) => setText(event.currentTarget.value)}
          onBlur={go}
        />,
        all,
      )}
    </form>
  )
}

export function ListHeader({ children }: { children: ComponentChildren }) {
  return <div class="list-head">{children}</div>
}
