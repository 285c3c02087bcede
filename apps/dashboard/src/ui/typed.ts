type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** What somebody typed or chose inside an element, and didn't save yet. */
export interface Typed {
  isAnything(): boolean
  /** From now on, only what is typed later counts. */
  settle(): void
  stop(): void
}

/**
 * Watches the controls inside `root`.
 *
 * @param isShownOnce whether something is shown that is lost as what was typed is
 * @param mustStay called before the page is left by Back, if something is typed. Returns true to stay.
 */
export function watchTyping(root: HTMLElement, isShownOnce: () => boolean, mustStay: () => boolean): Typed {
  const before = new Map<Control, string>()
  const ended = new AbortController()
  const { signal } = ended

  const isAnything = () =>
    [...before].some(([control, value]) => control.isConnected && contentOf(control) !== value)

  root.addEventListener(
    'focusin',
    ({ target }) => {
      if (isControl(target) && !before.has(target)) before.set(target, contentOf(target))
    },
    { signal },
  )
  root.addEventListener(
    'input',
    ({ target }) => {
      // Safari doesn't focus a checkbox that is clicked.
      if (isControl(target) && !before.has(target))
        before.set(
          target,
          target instanceof HTMLInputElement && isTick(target) ? String(!target.checked) : '',
        )
    },
    { signal },
  )
  // Leaving for another site, or reloading: the browser asks, in its own words.
  addEventListener(
    'beforeunload',
    (event) => {
      if (isAnything() || isShownOnce()) event.preventDefault()
    },
    { signal },
  )
  // Back and Forward within the page. Not every browser has `navigation` yet.
  if ('navigation' in window)
    window.navigation.addEventListener(
      'navigate',
      (event) => {
        if (
          event.navigationType === 'traverse' &&
          event.cancelable &&
          (isAnything() || isShownOnce()) &&
          mustStay()
        )
          event.preventDefault()
      },
      { signal },
    )

  return {
    isAnything,
    settle() {
      before.clear()
      // Once the form has been drawn again, perhaps emptied.
      setTimeout(() => {
        const focused = document.activeElement
        if (isControl(focused) && root.contains(focused)) before.set(focused, contentOf(focused))
      })
    },
    stop: () => ended.abort(),
  }
}

/** A search is not worth a question. */
function isControl(target: EventTarget | null): target is Control {
  return (
    (target instanceof HTMLInputElement && target.type !== 'search' && !target.readOnly) ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
}

function isTick(control: HTMLInputElement): boolean {
  return control.type === 'checkbox' || control.type === 'radio'
}

function contentOf(control: Control): string {
  return control instanceof HTMLInputElement && isTick(control) ? String(control.checked) : control.value
}
