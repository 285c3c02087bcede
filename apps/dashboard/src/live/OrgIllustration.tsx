interface House {
  x: number
  width: number
  height: number
  /** Number of steps of the roof; 0 is a pointed roof. */
  steps: number
}

const houses: House[] = [
  { x: 0, width: 46, height: 66, steps: 3 },
  { x: 50, width: 38, height: 52, steps: 0 },
  { x: 92, width: 54, height: 86, steps: 4 },
  { x: 150, width: 40, height: 60, steps: 0 },
  { x: 194, width: 62, height: 104, steps: 5 },
  { x: 260, width: 42, height: 70, steps: 0 },
  { x: 306, width: 50, height: 82, steps: 3 },
  { x: 360, width: 38, height: 56, steps: 0 },
  { x: 402, width: 48, height: 72, steps: 4 },
]
const GROUND = 138
const WIDTH = 450

const windows = houses.flatMap(windowsOf)

/** Decoration: a row of houses in which each lit window is a member. The figures show the exact number. */
export function OrgIllustration({ members }: { members: number }) {
  const order = windows.map((_, index) => (index * 29) % windows.length)
  return (
    <svg class="illustration" viewBox={`0 0 ${WIDTH} ${GROUND}`} aria-hidden="true" focusable="false">
      {houses.map((house) => (
        <path key={house.x} class="house" d={outline(house)} />
      ))}
      {windows.map((window, index) => (
        <rect
          key={`${window.x} ${window.y}`}
          class={(order[index] ?? 0) < members ? 'window lit' : 'window'}
          x={window.x}
          y={window.y}
          width="5"
          height="8"
          rx="1"
        />
      ))}
    </svg>
  )
}

function outline({ x, width, height, steps }: House): string {
  const eaves = GROUND - height
  if (steps === 0)
    return `M${x} ${GROUND}V${eaves}L${x + width / 2} ${eaves - width * 0.42}L${x + width} ${eaves}V${GROUND}z`
  const tread = width / (steps * 2 + 1)
  const rise = 5
  const up = Array.from({ length: steps }, () => `v${-rise}h${tread}`).join('')
  const down = Array.from({ length: steps }, () => `h${tread}v${rise}`).join('')
  return `M${x} ${GROUND}V${eaves}${up}v${-rise}h${tread}v${rise}${down}V${GROUND}z`
}

function windowsOf({ x, width, height }: House): Array<{ x: number; y: number }> {
  const columns = Math.floor((width - 8) / 10)
  const rows = Math.floor((height - 16) / 16)
  const left = x + (width - (columns * 10 - 5)) / 2
  return Array.from({ length: rows * columns }, (_, index) => ({
    x: left + (index % columns) * 10,
    y: GROUND - height + 8 + Math.floor(index / columns) * 16,
  }))
}
