import { useRef, useState } from 'preact/hooks'

/** Changes of many rows, one request each. */
interface BulkJob {
  /** Says what was done to how many: "12 invites revoked". */
  readonly done: (count: number) => string
  readonly total: number
  readonly succeeded: number
  /** Why rows were refused, by id. */
  readonly refused: ReadonlyMap<string, { readonly name: string; readonly reason: string }>
  readonly state: 'running' | 'stopping' | 'stopped' | 'done'
}

/** How many requests run at once. More would only wait for each other: an org's changes run one after the other. */
const AT_ONCE = 4

interface BulkTask<Row> {
  readonly done: BulkJob['done']
  readonly nameOf: (row: Row) => string
  /** Resolves to null, or to why it was refused. */
  readonly act: (row: Row) => Promise<string | null>
}

export interface Bulk<Row> {
  readonly job: BulkJob | null
  /** Resolves to the ids of the rows that weren't changed: refused, or not reached before it was stopped. */
  run(rows: readonly Row[], task: BulkTask<Row>): Promise<ReadonlySet<string>>
  /** Begins no further request. Those that run go on to their end. */
  stop(): void
  forget(): void
}

export function useBulk<Row extends { readonly id: string }>(): Bulk<Row> {
  const [job, setJob] = useState<BulkJob | null>(null)
  const stopped = useRef(false)

  async function run(rows: readonly Row[], { done, nameOf, act }: BulkTask<Row>) {
    stopped.current = false
    const left = new Map(rows.map((row) => [row.id, row]))
    const refused = new Map<string, { name: string; reason: string }>()
    const queue = rows.values()
    const show = (state: BulkJob['state']) => {
      const succeeded = rows.length - left.size
      setJob({ done, total: rows.length, succeeded, refused: new Map(refused), state })
    }
    const worker = async () => {
      for (const row of queue) {
        if (stopped.current) return
        const reason = await act(row)
        if (reason === null) left.delete(row.id)
        else refused.set(row.id, { name: nameOf(row), reason })
        show(stopped.current ? 'stopping' : 'running')
      }
    }
    show('running')
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    show(stopped.current ? 'stopped' : 'done')
    return new Set(left.keys())
  }

  return {
    job,
    run,
    stop() {
      stopped.current = true
      setJob((held) => held && { ...held, state: 'stopping' })
    },
    forget: () => setJob(null),
  }
}
