import { type Funnel, funnel } from '../../model/funnel.js'
import { newest } from '../../model/inviteCache.js'
import { duration } from '../../model/time.js'
import { allWords } from '../../words/allWords.js'
import { number, percent } from '../../words/format.js'
import { useOrgContext } from '../orgContext.js'
import { Figure } from './Figure.js'

/** The number of invites that one request loads. The newest show the current trend. */
const NEWEST = 100

export function FunnelFigure() {
  const { store } = useOrgContext()
  const { figures } = allWords()
  const invites = newest(store.inviteCache.value, NEWEST)
  const counts = funnel(invites)
  const rate = counts.sent === 0 ? null : percent(counts.answered / counts.sent)
  return (
    <Figure
      title={invites.length < NEWEST ? figures.funnel : figures.funnelOfNewest(NEWEST)}
      value={rate ?? '–'}
      unit={rate === null ? figures.nothingSent : figures.shareAnswered}
    >
      <Stages counts={counts} />
      <p class="figure-note">
        {counts.medianToAccept === null
          ? figures.nobodyAccepted
          : figures.medianToAccept(duration(counts.medianToAccept))}{' '}
        {counts.withoutMail > 0 && figures.withoutMail(counts.withoutMail)}
      </p>
    </Figure>
  )
}

function Stages({ counts }: { counts: Funnel }) {
  const { sent, delivered, answered } = allWords().figures.stages
  const stages = [
    { name: sent, count: counts.sent, tone: 'sent' },
    { name: delivered, count: counts.delivered, tone: 'delivered' },
    { name: answered, count: counts.answered, tone: 'answered' },
  ]
  const share = (count: number) => (counts.sent === 0 ? 0 : count / counts.sent)
  return (
    <div class="funnel">
      <svg
        class="funnel-shape"
        viewBox="0 0 262 60"
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
      >
        {stages.map(({ tone, count }, index) => {
          const here = band(share(count))
          const next = band(share(stages[index + 1]?.count ?? count))
          const x = index * 100
          return (
            <g key={tone} class={`funnel-${tone}`}>
              <path class="funnel-stage" d={`M${x} ${30 - here}H${x + 62}V${30 + here}H${x}z`} />
              {index < 2 && (
                <path
                  class="funnel-link"
                  d={`M${x + 62} ${30 - here}C${x + 82} ${30 - here} ${x + 82} ${30 - next} ${x + 100} ${30 - next}V${30 + next}C${x + 82} ${30 + next} ${x + 82} ${30 + here} ${x + 62} ${30 + here}z`}
                />
              )}
            </g>
          )
        })}
      </svg>
      <dl class="funnel-counts">
        {stages.map(({ name, count }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{number(count)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** Half the height of a stage. An empty stage stays visible as a thin line. */
function band(share: number): number {
  return Math.max(1, share * 29)
}
