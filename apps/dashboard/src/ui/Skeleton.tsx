import { words } from '../words/words.js'

/** Stands where the page will be while it loads. */
export function PageSkeleton() {
  return (
    <div class="skeleton" role="status">
      <h1 class="visually-hidden">{words().dashboard.loading}</h1>
      <div class="skeleton-line skeleton-wide" />
      <div class="skeleton-line" />
      <div class="skeleton-block" />
      <div class="skeleton-block skeleton-tall" />
    </div>
  )
}

/** Stands where rows will be, so that the page doesn't jump when they come. */
export function RowsSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div class="skeleton skeleton-rows" role="status">
      <span class="visually-hidden">{words().lists.loading}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="skeleton-row">
          <div class="skeleton-line" />
          <div class="skeleton-line skeleton-short" />
        </div>
      ))}
    </div>
  )
}
