type Rgb = readonly [number, number, number]

const WHITE = '#ffffff'
const BLACK = '#000000'

/** The contrast that WCAG 2.2 asks of text (AA). */
export const TEXT_CONTRAST = 4.5

/** The contrast of two colours by WCAG 2.2, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** The colour of text on a surface: white, or black where white can’t be read. One of both always can. */
export function textOn(surface: string): string {
  return contrast(WHITE, surface) >= TEXT_CONTRAST ? WHITE : BLACK
}

/** `share` of the first colour and the rest of the second one. */
export function mix(one: string, other: string, share: number): string {
  const second = rgb(other)
  return hex(rgb(one).map((part, index) => part * share + (second[index] ?? 0) * (1 - share)))
}

/** The colour itself, or darker or lighter until it has `least` contrast with each of the surfaces. */
export function readableOn(
  surfaces: readonly string[],
  color: string,
  towards: string,
  least: number,
): string {
  for (let share = 1; share > 0; share -= 0.02) {
    const tried = mix(color, towards, share)
    if (surfaces.every((surface) => contrast(tried, surface) >= least)) return tried
  }
  return towards
}

export const darker = BLACK
export const lighter = WHITE

function luminance(color: string): number {
  const [r, g, b] = rgb(color).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as unknown as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function rgb(color: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`
}
