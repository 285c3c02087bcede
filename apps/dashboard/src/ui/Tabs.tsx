import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'

export interface Tab<Key extends string> {
  key: Key
  name: string
  count?: number | undefined
}

interface TabsProps<Key extends string> {
  label: string
  tabs: ReadonlyArray<Tab<Key>>
  chosen: NoInfer<Key>
  onChoose(key: NoInfer<Key>): void
  children: ComponentChildren
}

const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 }

/** Tabs by the ARIA pattern: the arrow keys move between tabs, the Tab key moves into the panel. */
export function Tabs<Key extends string>({ label, tabs, chosen, onChoose, children }: TabsProps<Key>) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)

  function move(by: number) {
    const from = tabs.findIndex((tab) => tab.key === chosen)
    const to = tabs[(from + by + tabs.length) % tabs.length]
    if (!to) return
    onChoose(to.key)
    list.current?.querySelector<HTMLElement>(`[data-key="${to.key}"]`)?.focus()
  }

  return (
    <>
      <div
        ref={list}
        class="tabs"
        role="tablist"
        aria-label={label}
        onKeyDown={(event) => {
          const by = steps[event.key]
          if (by === undefined) return
          event.preventDefault()
          move(by)
        }}
      >
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            data-key={tab.key}
            aria-selected={tab.key === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === chosen ? 0 : -1}
            onClick={() => onChoose(tab.key)}
          >
            {tab.name}
            {tab.count !== undefined && <span class="tab-count">{tab.count.toLocaleString()}</span>}
          </button>
        ))}
      </div>
      <div class="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  )
}
