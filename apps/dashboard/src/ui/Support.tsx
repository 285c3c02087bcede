import { page } from '../api/page.js'

/** Where people find help, if the operator says so. */
export function Support() {
  const { support, name } = page.brand
  if (!support) return null
  return (
    <footer class="support">
      {name}: <a href={support.url}>{support.text}</a>
    </footer>
  )
}
