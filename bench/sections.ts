import { casterNames } from './fanout/contestants.js'
import { everyPart, fanOutSection } from './fanout/section.js'

export interface Stage {
  rounds: number
  quick: boolean
}

/**
 * Workloads that aren't requests and answers, by name: each measures with its own contestants and its own load, once
 * everybody else has stopped, and hands over its section of the report, in Markdown from its `##` on.
 */
export const sections: Record<string, (stage: Stage) => Promise<string>> = {
  W4: ({ rounds, quick }) =>
    fanOutSection({
      only: [...casterNames],
      parts: everyPart,
      rounds,
      subscribers: 1_000,
      seconds: quick ? 5 : 30,
    }),
}
