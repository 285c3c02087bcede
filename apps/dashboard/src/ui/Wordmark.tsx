export function Wordmark() {
  return (
    <span class="wordmark">
      <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true" focusable="false">
        <path class="wordmark-roof" d="M2 13h3v-3h3V7h3V4h6v3h3v3h3v3h3v2H2z" />
        <path class="wordmark-wall" d="M4 17h4v8H4zM10 17h2.5v8H10zM15.500 17H18v8h-2.500zM20 17h4v8h-4z" />
      </svg>
      Guildhall
    </span>
  )
}
