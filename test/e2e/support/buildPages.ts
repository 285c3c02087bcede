import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** The pages that are tested are those that the sources make now. */
export default async function buildPages(): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../../../dashboard/vite.config.ts', import.meta.url)),
    logLevel: 'error',
  })
}
