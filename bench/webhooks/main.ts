import { parseArgs } from 'node:util'
import { webhooksSection } from './section.js'
import { webhookWritesSection } from './writes.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '6000' },
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
    : await webhooksSection({ rounds, events: Number(values.events), prof: values.prof }),
)
