// What streams cost: `npm run bench:fanout -- --rounds 5`.
//
//   --only ws,guildhall   those that take part
//   --parts broadcast     … of broadcast, idle and stopped
//   --rounds 5            of each contestant, in turns
//   --subscribers 1000    of one org, in the part `broadcast`
//   --seconds 20          of the part `stopped`
//   --prof guildhall      writes a CPU profile of it to /tmp/guildhall-prof
import { parseArgs } from 'node:util'
import { type CasterName, casterNames } from './contestants.js'
import { everyPart, fanOutSection } from './section.js'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: casterNames.join() },
    parts: { type: 'string', default: everyPart.join() },
    rounds: { type: 'string', default: '5' },
    subscribers: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    prof: { type: 'string' },
  },
})
const section = await fanOutSection({
  only: values.only.split(',') as CasterName[],
  parts: values.parts.split(','),
  rounds: Number(values.rounds),
  subscribers: Number(values.subscribers),
  seconds: Number(values.seconds),
  prof: values.prof,
})
process.stdout.write(`${section}\n`)
