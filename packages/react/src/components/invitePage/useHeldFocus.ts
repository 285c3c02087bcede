import { type RefObject, useEffect, useRef } from 'react'

/**
 * Keeps the place of a keyboard: if what had the focus goes away because the page has changed, the focus goes to the
 * page's heading, which says what it is now.
 */
export function useHeldFocus(): RefObject<HTMLDivElement | null> {
  const page = useRef<HTMLDivElement | null>(null)
  useEffect(() => {
    const element = page.current
    if (element === null) return
    let isHeld = false
    const enter = () => {
      isHeld = true
    }
    // Some browsers send it too when a control is taken away.
    const leave = ({ target }: FocusEvent) =>
      setTimeout(() => {
        const isTaken = target instanceof Node && !target.isConnected
        isHeld = isTaken || element.contains(document.activeElement)
      })
    const observer = new MutationObserver(() => {
      const isLost = document.activeElement === null || document.activeElement === document.body
      if (isHeld && isLost) element.querySelector<HTMLElement>('h1')?.focus()
    })
    element.addEventListener('focusin', enter)
    element.addEventListener('focusout', leave)
    observer.observe(element, { childList: true, subtree: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('focusin', enter)
      element.removeEventListener('focusout', leave)
    }
  }, [])
  return page
}
