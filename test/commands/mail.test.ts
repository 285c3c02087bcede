import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCli } from '../support/cli.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildhall-preview-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (args: string[], env: Record<string, string> = {}) =>
  runCli(['mail', ...args], env, { cwd: folder })

it('mail preview writes every mail in every language, without a database', async () => {
  expect(await run(['preview', '--out', 'here/mails'])).toEqual({
    code: 0,
    out: '45 files are in here/mails.\n',
    err: '',
  })
  const { out } = await run(['preview', '--out', 'here/mails', '--json'])
  expect(JSON.parse(out)).toEqual({ files: 45, out: 'here/mails' })
  expect(readdirSync(join(folder, 'here/mails')).sort()).toEqual(['ar', 'de', 'en', 'es', 'fr'])
  const read = (file: string) => readFileSync(join(folder, 'here/mails', file), 'utf8')
  expect(read('en/invite.subject.txt')).toBe('Grace Hopper invites you to join Acme & Sons\n')
  expect(read('de/reminder.subject.txt')).toBe('Erinnerung: Ihre Einladung zu Acme & Sons\n')
  expect(read('fr/invite.html')).toContain('vendredi 5 mars 2027 à 14:05 UTC')
  expect(read('ar/invite.html')).toContain('<html lang="ar" dir="rtl"')
})

it('mail preview shows the operator’s templates, and names those that are broken', async () => {
  await mkdir(join(folder, 'own/es'), { recursive: true })
  await writeFile(join(folder, 'own/es/invite.subject.txt'), 'Hola de {{ orgName }}')
  const own = { MAIL_TEMPLATES_DIR: 'own' }
  expect(await run(['preview'], own)).toMatchObject({ code: 0, out: '45 files are in mail-preview.\n' })
  const subject = readFileSync(join(folder, 'mail-preview/es/invite.subject.txt'), 'utf8')
  expect(subject).toBe('Hola de Acme & Sons\n')

  await writeFile(join(folder, 'own/es/invite.html'), '{{ nombre }}')
  const { code, err } = await run(['preview'], own)
  expect(code).toBe(1)
  expect(err).toMatch(/^A setting is wrong:\n {2}MAIL_TEMPLATES_DIR es\/invite\.html: .*nombre/)
})

it.each([
  [[], /^Usage: guildhall mail/],
  [['print'], /^error: unknown command 'print'/],
  [['preview', '--to', 'x'], /^error: unknown option '--to'/],
])('mail %j says how it is used', async (args, said) => {
  expect(await run(args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(said) })
})
