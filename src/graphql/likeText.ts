/**
 * A search text for LIKE, in which %, _ and \ stand for themselves (contract, OrgUserFilter.search). A NUL, which
 * PostgreSQL's texts can't have, becomes a character that nobody writes, so that it finds nothing.
 */
export function likeText(text: string): string {
  return text.replaceAll('\0', '\uffff').replace(/[\\%_]/g, '\\$&')
}
