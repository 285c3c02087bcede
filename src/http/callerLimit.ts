/** Counts per key, up to `max`. */
export const keyLimit = (max: number) => {
  const counts = new Map<string, number>()
  return {
    /** Returns false and counts nothing if the key has reached `max`. */
    add(key: string): boolean {
      const count = counts.get(key) ?? 0
      if (count >= max) return false
      counts.set(key, count + 1)
      return true
    },
    remove(key: string): void {
      const left = (counts.get(key) ?? 1) - 1
      if (left === 0) counts.delete(key)
      else counts.set(key, left)
    },
  }
}

/** Counts members by their caller's key, up to `max` per caller. A member has one key at a time. */
export const callerLimit = <Member extends object>(max: number) => {
  const counts = keyLimit(max)
  const keys = new Map<Member, string>()
  return {
    /** Returns false and counts nothing if the key has reached `max`. */
    add(key: string, member: Member): boolean {
      if (!counts.add(key)) return false
      keys.set(member, key)
      return true
    },
    membersOf(key: string): Member[] {
      return [...keys].flatMap(([member, of]) => (of === key ? [member] : []))
    },
    remove(member: Member): void {
      const key = keys.get(member)
      if (key === undefined) return
      keys.delete(member)
      counts.remove(key)
    },
  }
}
