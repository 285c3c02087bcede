import { parseArgs } from 'node:util'
import { webhooksSection } from './section.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '6000' },
    prof: { type: 'boolean', default: false },
  },
})
console.log(
  await webhooksSection({ rounds: Number(values.rounds), events: Number(values.events), prof: values.prof }),
)
