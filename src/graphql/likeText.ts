/**
 * A search text for LIKE, in which %, _ and \ stand for themselves (contract, OrgUserFilter.search), in NFC as names
 * are kept. A NUL, which PostgreSQL's texts can't have, becomes a character that nobody writes, so that it finds
 * nothing.
 */
export function likeText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll('\0', '\uffff')
    .replace(/[\\%_]/g, '\\$&')
}
