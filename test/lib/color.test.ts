import { expect, test } from 'vitest'
import { contrast, darker, lighter, mix, readableOn, TEXT_CONTRAST, textOn } from '../../src/lib/color.js'

/** 4,096 colours, evenly spread. */
const many = Array.from({ length: 4_096 }, (_, index) => {
  const parts = [index & 15, (index >> 4) & 15, index >> 8]
  return `#${parts.map((part) => (part * 17).toString(16).padStart(2, '0')).join('')}`
})

test('contrast is that of WCAG', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  expect(contrast('#1d6b60', '#1d6b60')).toBe(1)
})

test('text on any colour can be read', () => {
  for (const color of many)
    expect(contrast(textOn(color), color), color).toBeGreaterThanOrEqual(TEXT_CONTRAST)
})

test('any colour becomes readable on light and on dark surfaces, and stays itself if it already is', () => {
  for (const color of many) {
    const light = ['#ece7db', mix(color, '#fffdf8', 0.12)]
    const dark = ['#1f2824', mix(color, '#181f1c', 0.22)]
    for (const [surfaces, towards] of [
      [light, darker],
      [dark, lighter],
    ] as const) {
      const text = readableOn(surfaces, color, towards, TEXT_CONTRAST)
      for (const surface of surfaces)
        expect(contrast(text, surface), color).toBeGreaterThanOrEqual(TEXT_CONTRAST)
    }
  }
  expect(readableOn(['#ffffff'], '#1d6b60', darker, TEXT_CONTRAST)).toBe('#1d6b60')
})
