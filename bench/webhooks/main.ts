import { parseArgs } from 'node:util'
import { webhooksSection } from './section.js'
import { webhookWritesSection } from './writes.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '6000' },
    /** How many endpoints, as in `1,10`. */
    endpoints: { type: 'string', default: '1,10,100' },
    prof: { type: 'boolean', default: false },
    /** Measures writes in orgs with webhooks instead. */
    writes: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '3' },
  },
})
const rounds = Number(values.rounds)
console.log(
  values.writes
    ? await webhookWritesSection({ rounds, ms: Number(values.seconds) * 1_000 })
    : await webhooksSection({
        rounds,
        events: Number(values.events),
        counts: values.endpoints.split(',').map(Number),
        prof: values.prof,
      }),
)
