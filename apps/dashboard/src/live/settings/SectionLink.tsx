import type { ComponentChildren } from 'preact'
import { type Section, sectionAddress, showSection } from './address.js'

interface SectionLinkProps {
  orgId: string
  /** Null leads to the org itself. */
  section: Section | null
  class?: string
  isCurrent?: boolean
  children: ComponentChildren
}

/** A link to a section of the settings. It opens a new tab where the visitor asks for one. */
export function SectionLink({ orgId, section, class: className, isCurrent, children }: SectionLinkProps) {
  return (
    <a
      href={sectionAddress(orgId, section)}
      class={className}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        showSection(orgId, section)
      }}
    >
      {children}
    </a>
  )
}
