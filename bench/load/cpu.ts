import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of /proc are hundredths of a second on every Linux in use. */
const MS_PER_TICK = 10

interface Stat {
  parent: number
  /** ms of CPU, user and system together. */
  own: number
  /** … of children that have ended and were waited for. */
  ended: number
}

function statOf(pid: number | string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = (...at: number[]) => at.reduce((sum, index) => sum + Number(fields[index]), 0) * MS_PER_TICK
    return { parent: Number(fields[1]), own: ticks(11, 12), ended: ticks(13, 14) }
  } catch {
    return undefined
  }
}

/** CPU time of a process so far, ms; undefined where the system doesn't tell (not Linux). */
export const cpuOf = (pid: number): number | undefined => statOf(pid)?.own

/** CPU time of a PostgreSQL so far, ms: of the postmaster and of all backends, gone ones too. */
export function cpuOfCluster(postmaster: number): number | undefined {
  const whole = statOf(postmaster)
  if (whole === undefined) return undefined
  let sum = whole.own + whole.ended
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = statOf(entry)
    if (stat?.parent === postmaster) sum += stat.own
  }
  return sum
}
