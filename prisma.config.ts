import { defineConfig } from 'prisma/config'

// generate, validate and format need no schema engine, but look for one and would download it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= '/bin/true'

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } })
