import type { Role } from './text.js'

/** A row of a file of people to invite. */
export interface CsvRow {
  /** Line of the file, from 1. */
  readonly line: number
  readonly email: string
  /** As written in the file. Empty if there is none. */
  readonly role: string
}

/** Why a row can't be invited, or `good`. */
type Verdict = 'good' | 'empty' | 'invalid' | 'duplicate' | 'member' | 'pending' | 'unknownRole' | 'roleAbove'

export interface JudgedRow extends CsvRow {
  readonly verdict: Verdict
  /** The role to invite to. Null for the one that was chosen for all. */
  readonly grants: Role | null
}

// cspell:ignore adresse rolle inhaber eigentümer mitglied benutzer
const addressHead = /^(e-?mail|mail|address|adresse)/i
const roleHead = /^(role|rolle|permission)/i
/** An address has more rules than these. The server knows them. */
const addressLike = /^[^\s@]+@[^\s@]+$/

const roleByName = new Map<string, Role>(
  Object.entries({
    owner: 'OWNER',
    inhaber: 'OWNER',
    eigentümer: 'OWNER',
    admin: 'ADMIN',
    administrator: 'ADMIN',
    user: 'USER',
    member: 'USER',
    mitglied: 'USER',
    benutzer: 'USER',
  } as const),
)

/**
 * Finds the people in the cells of a file. The first line may name the columns; without names the column with addresses
 * counts. Null if there is no such column.
 */
export function peopleIn(cells: ReadonlyArray<readonly string[]>): CsvRow[] | null {
  const [head = [], ...rest] = cells
  const named = !head.some((cell) => cell.includes('@'))
  const lines = named ? rest : cells
  let address = named ? head.findIndex((cell) => addressHead.test(cell.trim())) : -1
  if (address === -1) address = columnOf(lines, (cell) => addressLike.test(cell.trim()))
  if (address === -1) return null
  let role = named ? head.findIndex((cell) => roleHead.test(cell.trim())) : -1
  if (role === -1) role = columnOf(lines, (cell) => roleByName.has(cell.trim().toLowerCase()))
  return lines.map((line, at) => ({
    line: at + (named ? 2 : 1),
    email: (line[address] ?? '').trim(),
    role: role === -1 ? '' : (line[role] ?? '').trim(),
  }))
}

function columnOf(lines: ReadonlyArray<readonly string[]>, isIt: (cell: string) => boolean): number {
  return lines.find((line) => line.some(isIt))?.findIndex(isIt) ?? -1
}

export interface Known {
  /** As `addressKey` has them. */
  readonly members: ReadonlySet<string>
  readonly pending: ReadonlySet<string>
  readonly assignable: readonly Role[]
}

/** Says of each row whether it can be invited, as far as this page can tell. */
export function judge(rows: readonly CsvRow[], { members, pending, assignable }: Known): JudgedRow[] {
  const seen = new Set<string>()
  return rows.map((row) => {
    const key = addressKey(row.email)
    const grants = row.role === '' ? null : roleByName.get(row.role.toLowerCase())
    const verdict = ((): Verdict => {
      if (row.email === '') return 'empty'
      if (!addressLike.test(row.email)) return 'invalid'
      if (seen.has(key)) return 'duplicate'
      if (members.has(key)) return 'member'
      if (pending.has(key)) return 'pending'
      if (grants === undefined) return 'unknownRole'
      return grants !== null && !assignable.includes(grants) ? 'roleAbove' : 'good'
    })()
    seen.add(key)
    return { ...row, verdict, grants: grants ?? null }
  })
}

/** The same for addresses that differ only in case, or in how their domain is written. */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@')
  const lower = address.trim().toLowerCase()
  if (at === -1) return lower
  try {
    return `${lower.slice(0, at)}@${new URL(`http://${lower.slice(at + 1)}`).hostname}`
  } catch {
    return lower
  }
}
