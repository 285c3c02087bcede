// Measures every operation on a database of a hundredth, a tenth and the whole of a million invites and five million
// events: what each reads, and how long it takes.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { explainStatements, listenForPlans } from '../../test/support/explained.js'
import { largeData, seedLarge } from '../../test/support/largeData.js'
import { startCluster } from '../cluster.js'
import { type Measured, measure } from './measure.js'
import { growthTable } from './table.js'

const { values } = parseArgs({
  options: {
    shares: { type: 'string', default: '0.01,0.1,1' },
    runs: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
  },
})
const shares = values.shares.split(',').map(Number)
const results: Measured[][] = []
for (const share of shares) {
  const data = largeData(share)
  const start = performance.now()
  const cluster = await startCluster((pool) => seedLarge(pool, data))
  try {
    const seconds = ((performance.now() - start) / 1_000).toFixed(0)
    console.error(`${data.invites} invites, ${data.events} events: filled in ${seconds} s`)
    results.push(
      await measure(cluster.url, data, {
        runs: Number(values.runs),
        only: new RegExp(values.only),
        async explain() {
          const pool = new pg.Pool({ connectionString: cluster.url })
          await explainStatements(pool)
          await pool.end()
          listenForPlans()
        },
      }),
    )
  } finally {
    await cluster.stop()
  }
}
console.log(growthTable(shares, results))
process.exit()
