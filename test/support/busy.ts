/**
 * How much later than promised something may be, ms: timers and answers are late on a busy machine. `vitest.config.ts`
 * sets it for each project, from what runs beside its files.
 */
export const BUSY_MS = Number(process.env.BUSY_MS ?? 0)
