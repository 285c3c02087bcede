import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('the packed client runs in plain Node with graphql-ws and has its types', () => {
  const project = mkdtempSync(join(tmpdir(), 'guildhall-client-'))
  onTestFinished(() => rmSync(project, { recursive: true }))
  const shell = process.platform === 'win32'
  const pack = ['pack', '--silent', '--workspace', '@guildhall/client', '--pack-destination', project]
  const packed = execFileSync('npm', pack, { encoding: 'utf8', shell }).trim()
  const installed = join(project, 'node_modules', '@guildhall', 'client')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', packed, '--strip-components=1', '-C', installed], { cwd: project })
  for (const name of ['graphql-ws', 'graphql'])
    symlinkSync(resolve('node_modules', name), join(project, 'node_modules', name), 'junction')
  writeFileSync(
    join(project, 'main.mjs'),
    `import { resumingClient } from '@guildhall/client'
import { follow, openSocket } from '@guildhall/client/events'
console.log(typeof resumingClient, typeof follow, typeof openSocket)`,
  )
  const said = execFileSync(process.execPath, ['main.mjs'], { cwd: project, encoding: 'utf8' })
  expect(said.trim()).toBe('function function function')
  expect(existsSync(join(installed, 'dist', 'index.d.ts'))).toBe(true)
  expect(existsSync(join(installed, 'README.md'))).toBe(true)
})
