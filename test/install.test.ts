import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** A checkout with nothing of it but what npm's own scripts need. */
let checkout: string

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'guildhall-install-'))
  for (const file of ['package.json', 'scripts/start.mjs', 'scripts/prepare.mjs'])
    cpSync(file, join(checkout, file))
})
afterEach(() => rmSync(checkout, { recursive: true }))

const npm = (...args: string[]) => {
  const shell = process.platform === 'win32'
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: checkout, encoding: 'utf8', shell })
  return { status, said: `${stdout}${stderr}` }
}

test('npm start without a build says what to run, in a sentence', () => {
  const { status, said } = npm('start', '--silent')
  expect(status).toBe(1)
  expect(said.trim()).toMatch(/^Guildhall is not built\. Run: npm ci .*$/)
})

test('an install without the build tools succeeds, and says what to run', () => {
  const { status, said } = npm('run', '--silent', 'prepare')
  expect(status).toBe(0)
  expect(said.trim()).toMatch(/^Guildhall is not built: .* npm ci --include=dev/)
})

test('an install with the build tools fails where the build does', () => {
  for (const name of ['esbuild', 'vite', 'tsx', '@graphql-codegen/cli']) {
    mkdirSync(join(checkout, 'node_modules', name), { recursive: true })
    writeFileSync(join(checkout, 'node_modules', name, 'package.json'), '{}')
  }
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  manifest.scripts.generate = 'exit 3'
  writeFileSync(join(checkout, 'package.json'), JSON.stringify(manifest))
  expect(npm('run', '--silent', 'prepare').status).toBe(3)
})
