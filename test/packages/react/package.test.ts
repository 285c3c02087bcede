import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('the packed hooks run beside the packed client and React, and have their types', () => {
  const project = mkdtempSync(join(tmpdir(), 'guildhall-react-'))
  onTestFinished(() => rmSync(project, { recursive: true }))
  const shell = process.platform === 'win32'
  const modules = join(project, 'node_modules')
  for (const name of ['client', 'react']) {
    const pack = ['pack', '--silent', '--workspace', `@guildhall/${name}`, '--pack-destination', project]
    const packed = execFileSync('npm', pack, { encoding: 'utf8', shell }).trim()
    const installed = join(modules, '@guildhall', name)
    mkdirSync(installed, { recursive: true })
    execFileSync('tar', ['-xzf', packed, '--strip-components=1', '-C', installed], { cwd: project })
    expect(existsSync(join(installed, 'dist', 'index.d.ts'))).toBe(true)
    expect(existsSync(join(installed, 'README.md'))).toBe(true)
  }
  for (const name of ['graphql-ws', 'graphql', 'react', 'react-dom'])
    symlinkSync(resolve('node_modules', name), join(modules, name), 'junction')
  writeFileSync(
    join(project, 'main.mjs'),
    `import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { GuildhallProvider, useOrgs } from '@guildhall/react'
const Orgs = () => useOrgs().status
const page = createElement(GuildhallProvider, { endpoint: 'http://localhost:1', credential: () => null }, createElement(Orgs))
console.log(renderToString(page))`,
  )
  const said = execFileSync(process.execPath, ['main.mjs'], { cwd: project, encoding: 'utf8' })
  expect(said.trim()).toBe('loading')
})
