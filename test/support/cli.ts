import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { inject } from 'vitest'

export interface Ended {
  code: number
  out: string
  err: string
}

export interface CliOptions {
  cwd?: string
  /** A module that is loaded before. */
  preload?: string
}

/** Runs a command as an operator does, from the bundle. */
export function runCli(
  args: readonly string[],
  env: Record<string, string> = {},
  { cwd, preload }: CliOptions = {},
): Promise<Ended> {
  const cli = join(inject('serverMain'), '..', 'cli.js')
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...(preload ? ['--import', preload] : []), cli, ...args],
      { cwd, env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    )
  })
}

/** The message of the last line of a log. */
export const lastMessage = (err: string): string => JSON.parse(err.trim().split('\n').at(-1) ?? '').msg
