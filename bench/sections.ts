import type { Cluster } from './cluster.js'

export interface Stage {
  cluster: Cluster
  poolSize: number
  rounds: number
  quick: boolean
}

/**
 * Workloads that aren't requests and answers, by name: each measures with its own contestants and its own load, once
 * everybody else has stopped, and hands over its section of the report, in Markdown from its `##` on.
 */
export const sections: Record<string, (stage: Stage) => Promise<string>> = {}
