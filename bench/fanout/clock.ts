import { performance } from 'node:perf_hooks'

const start = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Time in ms, comparable between all processes of the machine. */
export const now = (): number => start + performance.now()
