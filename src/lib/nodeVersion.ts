/** The oldest version of Node that the dependencies support. The same as `engines` in package.json. */
const OLDEST = [20, 19] as const

/** Why this version of Node can't run the server. Undefined if it can. */
export function problemOfNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined
  return `Guildhall needs Node ${OLDEST.join('.')} or newer, and this is Node ${version}.`
}
