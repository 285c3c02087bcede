/** Counts by key and takes no more than `max` under one. */
export const counter = (max: number) => {
  const counts = new Map<string, number>()
  return {
    /** False, and nothing counted, where the key is full. */
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

/** Counts members by key and takes no more than `max` under one. A member stands under one key at a time. */
export const tally = <Member extends object>(max: number) => {
  const counts = counter(max)
  const keys = new Map<Member, string>()
  return {
    /** False, and nothing counted, where the key is full. */
    add(key: string, member: Member): boolean {
      if (!counts.add(key)) return false
      keys.set(member, key)
      return true
    },
    remove(member: Member): void {
      const key = keys.get(member)
      if (key === undefined) return
      keys.delete(member)
      counts.remove(key)
    },
  }
}
