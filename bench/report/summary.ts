import type { Sample } from '../load/run.js'
import type { Workload } from '../workloads.js'

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** Of what was measured side by side in each round: so the machine's moods fall on both. */
export const ratios = (samples: readonly Sample[], base: readonly Sample[]): number[] =>
  samples.map((sample, round) => sample.perSecond / (base[round]?.perSecond ?? Number.NaN))

/** Ratios to the floor first, then what they come from. */
export function summaryOf({ name, what }: Workload, samples: Map<string, Sample[]>): string {
  const base = samples.get('floor') ?? [...samples.values()][0] ?? []
  const lines = [...samples].map(([contestant, own]) => {
    const ratio = ratios(own, base)
    const of = (key: keyof Sample) => median(own.map((sample) => sample[key]))
    return [
      contestant.padEnd(12),
      `${median(ratio).toFixed(2)} (${Math.min(...ratio).toFixed(2)}–${Math.max(...ratio).toFixed(2)})`,
      `${of('perSecond').toFixed(0).padStart(7)}/s`,
      `node ${of('nodeMicros').toFixed(0)} µs`,
      `postgres ${of('postgresMicros').toFixed(0)} µs`,
      `p50 ${of('p50').toFixed(1)} ms`,
      `p99 ${of('p99').toFixed(1)} ms`,
    ].join('  ')
  })
  return `\n${name}: ${what}\n${lines.join('\n')}\n`
}
