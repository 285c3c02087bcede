import { readdirSync, readFileSync } from 'node:fs'

/** On all common Linux systems a tick in /proc is 10 ms and a page is 4 KiB. */
const MS_PER_TICK = 10
const BYTES_PER_PAGE = 4_096

interface Process {
  pid: number
  parent: number
  /** CPU time in ms, user and system, including children that have ended. */
  cpuMs: number
  residentBytes: number
}

function processOf(pid: number): Process | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const at = (index: number) => fields[index] ?? Number.NaN
    return {
      pid,
      parent: at(1),
      cpuMs: (at(11) + at(12) + at(13) + at(14)) * MS_PER_TICK,
      residentBytes: at(21) * BYTES_PER_PAGE,
    }
  } catch {
    return undefined
  }
}

/** A process and all its descendants. Empty on systems other than Linux. */
function treeOf(root: number): Process[] {
  const first = processOf(root)
  if (first === undefined) return []
  const others = readdirSync('/proc').flatMap((entry) =>
    /^\d+$/.test(entry) ? (processOf(Number(entry)) ?? []) : [],
  )
  const tree = [first]
  for (const { pid } of tree) tree.push(...others.filter(({ parent }) => parent === pid))
  return tree
}

const sum = (numbers: number[]) =>
  numbers.length === 0 ? Number.NaN : numbers.reduce((one, other) => one + other, 0)

/** CPU time of a process and its descendants, also ended ones, ms: a cluster's workers, a postmaster's backends. */
export const cpuOf = (pid: number): number => sum(treeOf(pid).map(({ cpuMs }) => cpuMs))

/** Resident memory of a process and its descendants, MB. */
export const memoryOf = (pid: number): number =>
  sum(treeOf(pid).map(({ residentBytes }) => residentBytes)) / 1e6
