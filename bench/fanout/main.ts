// Measures the cost of subscriptions: `npm run bench:fanout -- --rounds 5`.
//
//   --only ws,guildhall   the contestants. `guildhall-plain`, without the accelerator, is measured without `guildhall`
//   --parts broadcast     which of broadcast, idle and stopped
//   --rounds 5            measurements of each contestant, in turns
//   --subscribers 1000    number of subscribers of one org, in the part `broadcast`
//   --seconds 20          length of the part `stopped`
//   --prof guildhall      writes a CPU profile of this contestant to /tmp/guildhall-prof
import { parseArgs } from 'node:util'
import { type StreamContestantName, usualContestants } from './contestants.js'
import { everyPart, fanOutSection } from './section.js'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: usualContestants.join() },
    parts: { type: 'string', default: everyPart.join() },
    rounds: { type: 'string', default: '5' },
    subscribers: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    prof: { type: 'string' },
  },
})
const section = await fanOutSection({
  only: values.only.split(',') as StreamContestantName[],
  parts: values.parts.split(','),
  rounds: Number(values.rounds),
  subscribers: Number(values.subscribers),
  seconds: Number(values.seconds),
  prof: values.prof,
})
process.stdout.write(`${section}\n`)
