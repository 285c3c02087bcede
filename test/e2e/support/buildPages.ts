import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/**
 * The pages that are tested are those that the sources make now. Built by a process of their own: in this one
 * NODE_ENV says "test", and they would not be what is served.
 */
export default async function buildPages(): Promise<void> {
  const here = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
  const vite = here('node_modules/vite/bin/vite.js')
  const build = (config: string) =>
    promisify(execFile)(process.execPath, [vite, 'build', '--config', config, '--logLevel', 'error'], {
      env: { PATH: process.env.PATH },
    })
  await Promise.all([
    build(here('apps/dashboard/vite.config.ts')),
    build(here('apps/graphiql/vite.config.ts')),
  ])
}
