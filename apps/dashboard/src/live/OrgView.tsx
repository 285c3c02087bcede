import { page } from '../api/page.js'
import { EmptyState } from '../ui/notices.js'
import { PageSkeleton } from '../ui/Skeleton.js'
import { words } from '../words/words.js'
import { EventLog } from './eventLog/EventLog.js'
import { OrgHeader } from './OrgHeader.js'
import { useOrgContext } from './orgContext.js'
import { later } from './panels/later.js'
import { Panels } from './panels/Panels.js'
import { shownSection } from './settings/address.js'

const Settings = later<{ onLeft(message: string): void }>(
  async () => (await import('./settings/Settings.js')).Settings,
)
const Figures = later(async () => (await import('./figures/Figures.js')).Figures)

/** One org: its people and their history, or its settings. */
export function OrgView({ onGone, onLeft }: { onGone(): void; onLeft(message: string): void }) {
  const { store } = useOrgContext()

  // What went wrong stands above: see Dashboard.
  if (store.state.value === 'loading' || store.state.value === 'failed') return <PageSkeleton />
  if (store.state.value === 'missing') {
    return (
      <EmptyState title={words().dashboard.missing}>
        <p>{words().dashboard.missingBody}</p>
        <button type="button" class="button" onClick={onGone}>
          {words().common.refresh}
        </button>
      </EmptyState>
    )
  }
  return (
    <>
      <StreamEnd />
      {shownSection() !== null ? (
        <Settings onLeft={onLeft} />
      ) : (
        <>
          <OrgHeader />
          {page.isDemo && <Figures />}
          <div class="columns">
            <Panels />
            <EventLog />
          </div>
        </>
      )}
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
      {words().dashboard.rightsLost}
    </p>
  )
}
