import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/**
 * The pages that are tested are those that the sources make now. Built by a process of their own: in this one
 * NODE_ENV says "test", and they would not be what is served.
 */
export default async function buildPages(): Promise<void> {
  const vite = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url))
  const config = fileURLToPath(new URL('../../../dashboard/vite.config.ts', import.meta.url))
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', config, '--logLevel', 'error'], {
    env: { PATH: process.env.PATH },
  })
}
