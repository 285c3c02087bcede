import type { ComponentChildren } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { Icon } from '../../ui/icons.js'
import type { Pages } from './usePages.js'

/** A search field. It searches after 250 ms without typing. */
export function Search({ label, onSearch }: { label: string; onSearch(text: string): void }) {
  const [text, setText] = useState('')
  const id = useId()

  // Not when only `onSearch` changes.
  useEffect(() => {
    const timer = setTimeout(() => onSearch(text.trim()), 250)
    return () => clearTimeout(timer)
  }, [text])

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
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </div>
  )
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

export function Pager<Row>({ pages, size }: { pages: Pages<Row>; size: number }) {
  const { page, number } = pages
  if (!page || page.totalCount === 0) return null
  const from = page.nodes.length === 0 ? 0 : (number - 1) * size + 1
  return (
    <nav class="pager" aria-label="Pages">
      <p role="status">
        {from}–{(number - 1) * size + page.nodes.length} of {page.totalCount.toLocaleString()}
      </p>
      {(number > 1 || page.pageInfo.hasNextPage) && (
        <div class="actions">
          <button type="button" class="button quiet" disabled={number === 1} onClick={pages.previous}>
            Previous
          </button>
          <button
            type="button"
            class="button quiet"
            disabled={!page.pageInfo.hasNextPage}
            onClick={pages.next}
          >
            Next
          </button>
        </div>
      )}
    </nav>
  )
}

export function ListHeader({ children }: { children: ComponentChildren }) {
  return <div class="list-head">{children}</div>
}
