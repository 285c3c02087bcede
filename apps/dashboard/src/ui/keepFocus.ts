const ROW = 'tr, li'
const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary'

/** The element that had the focus last, until the user leaves it on purpose. */
let last: HTMLElement | null = null
let lastByKeyboard = false
/** The focus goes to the main heading as soon as there is one. */
let isHeadingWanted = false

/**
 * Keeps the keyboard's place while the page changes by itself. If the focused control goes away, the focus moves to
 * what stands in its place: the same row, the next row, the panel or heading above. If a control was disabled while it
 * waited, it gets the focus back. Without this a keyboard user begins at the top of the page again.
 */
export function keepFocus(): () => void {
  const observer = new MutationObserver(restore)
  const byKeyboard = () => {
    lastByKeyboard = true
  }
  const byPointer = () => {
    lastByKeyboard = false
  }
  document.addEventListener('focusin', remember)
  document.addEventListener('focusout', forget)
  document.addEventListener('keydown', byKeyboard, true)
  document.addEventListener('pointerdown', byPointer, true)
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled'],
  })
  return () => {
    observer.disconnect()
    document.removeEventListener('focusin', remember)
    document.removeEventListener('focusout', forget)
    document.removeEventListener('keydown', byKeyboard, true)
    document.removeEventListener('pointerdown', byPointer, true)
  }
}

/** Moves the focus to the main heading, now or as soon as it is there: after a sign-in, for example. */
export function focusMainHeading(): void {
  isHeadingWanted = true
  const main = document.querySelector<HTMLElement>('main')
  if (main) focus(main)
  lookForHeading()
}

function remember({ target }: FocusEvent): void {
  if (!(target instanceof HTMLElement)) return
  if (target !== document.body) last = target
  if (!target.matches('main')) isHeadingWanted = false
}

/** Forgets the control if the user left it, for example by a click on the page. Not if it was taken away. */
function forget({ target, relatedTarget }: FocusEvent): void {
  if (relatedTarget !== null) return
  setTimeout(() => {
    const isLeft = target === last && last?.isConnected && !last.matches(':disabled')
    if (isLeft && document.hasFocus() && isNowhere()) last = null
  })
}

function restore(records: readonly MutationRecord[]): void {
  if (isHeadingWanted) lookForHeading()
  if (!last || !isNowhere()) return
  if (last.isConnected) {
    if (!last.matches(':disabled') && records.some(({ target }) => target === last)) focus(last)
    return
  }
  const lost = last
  for (const record of records) {
    const removed = [...record.removedNodes].find((node) => node.contains(lost))
    if (!removed || !record.target.isConnected) continue
    focusNear(removed, record, lost)
    return
  }
}

function focusNear(
  removed: Node,
  { target, previousSibling, nextSibling }: MutationRecord,
  lost: HTMLElement,
) {
  last = null
  if (removed instanceof Element && removed.matches(ROW)) {
    const row =
      rowFrom(nextSibling, 'nextElementSibling') ?? rowFrom(previousSibling, 'previousElementSibling')
    if (row && focusRow(row, lost)) return
  }
  for (let at = target instanceof Element ? target : target.parentElement; at; at = at.parentElement) {
    if (at.matches(ROW) && focusRow(at, lost)) return
    // From here the Tab key leads to the first control of the list.
    if (at.matches('[role="tabpanel"]') && at instanceof HTMLElement) return focus(at)
    if (at.matches('section, dialog[open]')) {
      const heading = at.querySelector<HTMLElement>('h1, h2, h3')
      if (heading) return focus(heading)
    }
  }
  focusMainHeading()
}

function rowFrom(node: Node | null, onward: 'nextElementSibling' | 'previousElementSibling'): Element | null {
  const first =
    node instanceof Element || !(node instanceof CharacterData) ? (node as Element | null) : node[onward]
  return first?.isConnected && first.matches(ROW) ? first : null
}

/** The control for the same thing as the lost one, or else the first one of the row. */
function focusRow(row: Element, lost: HTMLElement): boolean {
  const controls = [...row.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((control) =>
    control.checkVisibility(),
  )
  const verb = lost.firstChild?.textContent
  const control = controls.find((held) => held.firstChild?.textContent === verb) ?? controls[0]
  const cell = row.querySelector<HTMLElement>('th')
  if (control) focus(control)
  else if (cell) focus(cell)
  return Boolean(control ?? cell)
}

function lookForHeading(): void {
  const heading = document.querySelector<HTMLElement>('main h1')
  if (!heading) return
  isHeadingWanted = false
  if (isNowhere() || document.activeElement?.matches('main')) focus(heading)
}

/** For who uses the mouse the page must not scroll by itself. */
function focus(element: HTMLElement): void {
  if (!element.matches(FOCUSABLE) && !element.hasAttribute('tabindex')) element.tabIndex = -1
  element.focus({ preventScroll: !lastByKeyboard })
}

function isNowhere(): boolean {
  return document.activeElement === document.body || document.activeElement === null
}
