/** Names each editor's text field like the section that it is in. The editor leaves it without a name. */
export const labelEditors = (root: Element): void => {
  const label = () => {
    for (const field of root.querySelectorAll('.CodeMirror textarea:not([aria-label])'))
      field.setAttribute('aria-label', field.closest('section')?.getAttribute('aria-label') ?? 'Editor')
  }
  new MutationObserver(label).observe(root, { childList: true, subtree: true })
}
