import type { Sample } from '../load/closed.js'
import { median } from '../load/quantile.js'
import type { Samples } from '../session.js'
import type { Workload } from '../workloads.js'

/** The contestant that ratios are relative to: `floor`, or the first one if it doesn't take part. */
export const baseOf = (samples: Samples): string =>
  samples.has('floor') ? 'floor' : ([...samples.keys()][0] ?? '')

/** The ratios of each round: both were measured shortly after each other, on a machine of the same speed. */
export const ratiosOf = (samples: Samples, name: string): number[] => {
  const base = samples.get(baseOf(samples)) ?? []
  return (samples.get(name) ?? []).map(
    ({ perSecond }, round) => perSecond / (base[round]?.perSecond ?? Number.NaN),
  )
}

export const middleOf = <T>(
  own: readonly T[],
  key: { [K in keyof T]: T[K] extends number ? K : never }[keyof T],
) => median(own.map((sample) => sample[key] as number))

const number = (value: number, digits = 0) => value.toFixed(digits)

/** Median, minimum and maximum. */
export const spread = (numbers: readonly number[], digits = 2): [string, string] => [
  number(median(numbers), digits),
  `${number(Math.min(...numbers), digits)}–${number(Math.max(...numbers), digits)}`,
]

/** The results of a workload for the terminal: the ratios, then the measurements. */
export function summaryOf({ name, what }: Workload, samples: Samples): string {
  const lines = [...samples].map(([contestant, own]) => {
    const [middle, range] = spread(ratiosOf(samples, contestant))
    const of = (key: keyof Sample, digits = 0) => number(middleOf(own, key), digits)
    return [
      contestant.padEnd(12),
      `${middle} (${range})`,
      `${of('perSecond').padStart(7)}/s`,
      `node ${of('nodeMicros')} µs`,
      `postgres ${of('postgresMicros')} µs`,
      `p50 ${of('p50', 1)} ms`,
      `p99 ${of('p99', 1)} ms`,
    ].join('  ')
  })
  return `\n${name}: ${what}\n${lines.join('\n')}\n`
}
