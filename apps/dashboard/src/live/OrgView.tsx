import { EmptyState, ErrorNotice } from '../ui/notices.js'
import { EventLog } from './eventLog/EventLog.js'
import { Figures } from './figures/Figures.js'
import { OrgHeader } from './OrgHeader.js'
import { useOrgContext } from './orgContext.js'
import { Panels } from './panels/Panels.js'

/** One org: its header, figures, lists and event log. */
export function OrgView({ onGone, onLeft }: { onGone(): void; onLeft(message: string): void }) {
  const { store } = useOrgContext()

  if (store.state.value === 'loading' || (store.state.value === 'failed' && store.problem.value)) {
    return store.problem.value ? <ErrorNotice>{store.problem.value}</ErrorNotice> : <OrgSkeleton />
  }
  if (store.state.value === 'missing') {
    return (
      <EmptyState title="This org is out of sight">
        <p>It was deleted, or you are no longer in it.</p>
        <button type="button" class="button" onClick={onGone}>
          See what is left
        </button>
      </EmptyState>
    )
  }
  return (
    <>
      {store.problem.value && <ErrorNotice>{store.problem.value}</ErrorNotice>}
      <StreamEnd />
      <OrgHeader onLeft={onLeft} />
      <Figures />
      <div class="columns">
        <Panels />
        <EventLog />
      </div>
    </>
  )
}

/** Tells the viewer why the page is no longer live. */
function StreamEnd() {
  const { store } = useOrgContext()
  const connection = store.connection.value
  if (connection.state !== 'ended' || connection.code !== 'FORBIDDEN') return null
  return (
    <p class="notice ended" role="status">
      The live view ended because you lost the right to it: somebody changed your roles. What you see is what
      your roles still allow.
    </p>
  )
}

function OrgSkeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading the org</span>
      <div class="skeleton-line skeleton-wide" />
      <div class="skeleton-line" />
      <div class="skeleton-block" />
      <div class="skeleton-block skeleton-tall" />
    </div>
  )
}
