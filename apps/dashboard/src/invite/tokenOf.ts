/** The last part of a page's path. It is secret: the page sends it to /graphql only. */
export function tokenOf(path: string): string {
  try {
    return decodeURIComponent(path.split('/').findLast((part) => part !== '') ?? '')
  } catch {
    // The link was cut in the middle of a percent escape.
    return ''
  }
}
