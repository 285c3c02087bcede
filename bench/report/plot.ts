import { median } from '../load/quantile.js'
import type { Result } from '../session.js'
import { ratiosOf } from './summary.js'

const WIDTH = 640
const LABELS = 104
const BAR = 14
/** Space to the right of the longest bar, for its numbers. */
const NUMBERS = 110
const COLORS = ['#94a3b8', '#2563eb', '#60a5fa', '#ef4444', '#f59e0b', '#10b981', '#a855f7']

/** An SVG bar chart of the ratios, with the minimum and the maximum as whiskers. */
export function plotOf(results: readonly Result[]): string {
  const names = [...new Set(results.flatMap(({ samples }) => [...samples.keys()]))]
  const most = Math.max(
    1,
    ...results.flatMap(({ samples }) => names.flatMap((name) => ratiosOf(samples, name))),
  )
  const x = (ratio: number) => (LABELS + (ratio / most) * (WIDTH - LABELS - NUMBERS)).toFixed(1)
  const shapes: string[] = []
  let y = 20
  for (const { workload, samples } of results) {
    shapes.push(`<text x="0" y="${y}" font-weight="600">${workload.name}: ${workload.what}</text>`)
    y += 8
    for (const name of samples.keys()) {
      const ratios = ratiosOf(samples, name)
      const ratio = median(ratios)
      const [least, most] = [Math.min(...ratios), Math.max(...ratios)]
      const middle = y + (BAR - 3) / 2
      shapes.push(
        `<text x="${LABELS - 6}" y="${y + 10}" text-anchor="end">${name}</text>`,
        `<rect x="${LABELS}" y="${y}" width="${(Number(x(ratio)) - LABELS).toFixed(1)}" height="${BAR - 3}" fill="${COLORS[names.indexOf(name) % COLORS.length]}"/>`,
        `<path d="M${x(least)} ${middle}H${x(most)}M${x(least)} ${middle - 3}v6M${x(most)} ${middle - 3}v6" stroke="#0f172a" fill="none"/>`,
        `<text x="${(Number(x(most)) + 6).toFixed(1)}" y="${y + 10}">${ratio.toFixed(2)}</text>`,
      )
      y += BAR
    }
    y += 24
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y - 20}" font-family="system-ui, sans-serif" font-size="11" fill="#334155"><title>Requests a second, relative to the floor</title><rect width="100%" height="100%" fill="#fff"/>${shapes.join('')}</svg>\n`
}
