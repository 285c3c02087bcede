import { useState } from 'preact/hooks'
import { page } from '../api/page.js'

/** The name and logo of the product. */
export function Wordmark() {
  const { name, logoUrl } = page.brand
  return (
    <span class="wordmark">
      {logoUrl ? <Logo url={logoUrl} /> : name === 'Guildhall' && <Hall />}
      <span class="wordmark-name">{name}</span>
    </span>
  )
}

/** If it can't be loaded, the name stands alone. */
function Logo({ url }: { url: string }) {
  const [isBroken, setBroken] = useState(false)
  if (isBroken) return null
  return (
    <img
      class="wordmark-logo"
      src={url}
      alt=""
      referrerpolicy="no-referrer"
      onError={() => setBroken(true)}
    />
  )
}

function Hall() {
  return (
    <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true" focusable="false">
      <path class="wordmark-roof" d="M2 13h3v-3h3V7h3V4h6v3h3v3h3v3h3v2H2z" />
      <path class="wordmark-wall" d="M4 17h4v8H4zM10 17h2.5v8H10zM15.500 17H18v8h-2.500zM20 17h4v8h-4z" />
    </svg>
  )
}
