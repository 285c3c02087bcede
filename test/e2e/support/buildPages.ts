import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/**
 * Builds the pages from the current sources. In a separate process, because NODE_ENV is "test" in
 * this one and would
 * change the build.
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
    build(here('apps/components/vite.config.ts')),
  ])
}
