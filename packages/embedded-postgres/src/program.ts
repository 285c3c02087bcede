import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Account } from './account.js'

/** The output and the exit code of a program. */
export interface Outcome {
  code: number | null
  output: string
}

/** Runs a program and waits until it ends. Rejects only if it can't be started. */
export function run(
  program: string,
  args: readonly string[],
  options: { account?: Account | undefined; cwd?: string; input?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = start(program, args, { cwd: options.cwd, stdio: 'pipe' }, options.account)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output: output.trim() }))
    child.stdin?.on('error', () => {}).end(options.input ?? '')
  })
}

/**
 * Starts a program without this process's environment. Otherwise PostgreSQL would read PG… variables that are meant for
 * clients, and would see the server's secrets. The locale is C, because this package parses the program's messages.
 */
export function start(
  program: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'cwd'> & { cwd?: string | undefined },
  account: Account | undefined,
): ChildProcess {
  return spawn(program, args, {
    ...options,
    ...account,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    windowsHide: true,
  })
}
