/** A search text for LIKE, in which %, _ and \ stand for themselves (contract, OrgUserFilter.search). */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
