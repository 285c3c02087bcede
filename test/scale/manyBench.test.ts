import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Rows of a section: what was measured, the figure, the goal, and whether it is met. */
const ROW = /^\| (?!---)(.+) \| (-?[\d,.]+) ?(.*) \| at (?:most|least) [\d,.]+ \| (?:ok|MISSED) \|$/

it('every part of bench:many measures each of its figures, in a trial with a little of everything', async () => {
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/many/main.ts', '--quick'])
  const { stdout } = await run
  const [, ...sections] = stdout.split(/^## /m)
  const titles = sections.map((section) => section.split('\n')[0])
  expect(titles).toEqual([
    '60 idle sockets',
    '40 clients reconnect at once',
    '200 orgs followed by one server',
    'Writes to 20 orgs with a subscriber each',
    'A hot org beside 5 quiet ones',
    '100 invites due at one instant',
  ])
  for (const section of sections) {
    // The last lines, after the head of the table.
    const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| |'))
    const figures = rows.filter((line) => !line.startsWith('| ---'))
    expect(figures.length).toBeGreaterThan(0)
    for (const figure of figures) expect(figure).toMatch(ROW)
  }
  // What each counts does not depend on the speed of the machine.
  expect(stdout).toContain('| sockets, each with a subscription | 60  | at least 60 | ok |')
  expect(stdout).toContain('| failed handshakes and subscriptions | 0  | at most 0 | ok |')
  expect(stdout).toContain('| orgs, each with a subscription | 200  | at least 200 | ok |')
}, 600_000)
