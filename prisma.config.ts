import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// Every command looks for a schema engine, and would download one. This one came with npm. Windows can't run a
// script as a program: there, commands that only look for it are content, and the migrating ones download theirs.
if (process.platform !== 'win32' || !process.argv.some((argument) => /^(migrate|db)$/.test(argument)))
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(
    new URL('prisma/schema-engine.mjs', import.meta.url),
  )

const url = process.env.DATABASE_URL

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url && { datasource: { url } }),
})
