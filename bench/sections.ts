import { usualContestants } from './fanout/contestants.js'
import { everyPart, fanOutSection } from './fanout/section.js'
import { sqlSection } from './sqlLimit.js'
import { webhooksSection } from './webhooks/section.js'

export interface SectionOptions {
  rounds: number
  quick: boolean
}

/**
 * Workloads other than requests and responses, by name. Each runs after the others have stopped, with its own
 * contestants and its own load, and returns its section of the report: Markdown that starts with `##`.
 */
export const sections: Record<string, (options: SectionOptions) => Promise<string>> = {
  sql: sqlSection,
  W4: ({ rounds, quick }) =>
    fanOutSection({
      only: [...usualContestants],
      parts: everyPart,
      rounds,
      subscribers: 1_000,
      seconds: quick ? 5 : 30,
    }),
  webhooks: ({ rounds, quick }) => webhooksSection({ rounds, events: quick ? 1_000 : 6_000 }),
}
