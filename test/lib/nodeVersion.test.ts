import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { problemOfNode } from '../../src/lib/nodeVersion.js'

test('an older Node prints one sentence and loads nothing that it cannot run', () => {
  const withOldVersion = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(withOldVersion)}`,
    inject('serverMain'),
  ]
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).toBe('Guildhall needs Node 20.19 or newer, and this is Node 18.20.8.\n')
  expect(stdout).toBe('')
  expect(status).toBe(1)
})

test('the required Node version is the one in package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(problemOfNode('0.1.0')).toContain(`Node ${engines.node.replace('>=', '')} or newer`)
  for (const version of ['20.18.3', '19.9.0', '18.20.8']) expect(problemOfNode(version)).toBeDefined()
  for (const version of ['20.19.0', '20.20.2', '21.0.0', '24.1.0'])
    expect(problemOfNode(version)).toBeUndefined()
})

// Platforms run containers with a numeric user and without HOME.
test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'a user without a home directory and without an entry in /etc/passwd can start the server',
  () => {
    const become = 'process.setgid(0); process.setuid(54321); delete process.env.HOME'
    const args = ['--import', `data:text/javascript,${encodeURIComponent(become)}`, inject('serverMain')]
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      AUTH_JWT_SECRET: 'x'.repeat(32),
      DATABASE_URL: 'postgres://127.0.0.1:1/x',
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
    expect(stdout).toMatch(/FATAL DATABASE_URL leads to no database/)
    expect(`${stdout}${stderr}`).not.toMatch(/^ +at /m)
    expect(status).toBe(1)
  },
  90_000,
)
