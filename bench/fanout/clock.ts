import { performance } from 'node:perf_hooks'

const start = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** ms of a clock that all processes of the machine share. */
export const now = (): number => start + performance.now()
