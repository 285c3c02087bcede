import { fileVariable, secretNames, settingNames } from './environment.js'

const names = [...settingNames, ...[...secretNames].map(fileVariable)]
const bare = (name: string) => name.replaceAll('_', '')

/**
 * Finds variables that are no settings but look like one that is not set, such as `SMTPURL` and `AUTH_JWKS_URI`. The
 * environment holds many other variables, so short names must be very similar.
 */
export function likelyTypos(env: NodeJS.ProcessEnv): { name: string; meant: string }[] {
  return Object.keys(env)
    .filter((name) => !names.includes(name) && /^[A-Z][A-Z0-9_]{3,63}$/.test(name))
    .flatMap((name) => {
      const meant = meantBy(name, (one) => env[one] === undefined, 6)
      return meant === undefined ? [] : [{ name, meant }]
    })
}

/**
 * The setting that somebody probably meant by an unknown name, also if they wrote it as `smtpUrl` or `smtp-url`.
 * @param minLength shorter settings must be written right, because the environment has other words like them
 */
export function meantBy(
  name: string,
  isFree: (setting: string) => boolean = () => true,
  minLength = 0,
): string | undefined {
  const upper = name.toUpperCase().replaceAll(/[.-]/g, '_')
  // Only secrets are read from files.
  const base = upper.replace(/_FILE$/, '')
  return names.find((one) => isFree(one) && (one === base || isLike(upper, one, minLength)))
}

function isLike(name: string, setting: string, minLength: number): boolean {
  if (bare(name) === bare(setting)) return true
  // HOSTS and SPORT are other words, not typing errors.
  if (setting.length < minLength) return false
  return distance(name, setting) <= (setting.length < 12 ? 1 : 2)
}

/** The number of letters to change, add, remove, or swap with a neighbour. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const differs = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + differs,
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
