import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, longest first. Most of them wait for servers that they start as processes. */
const longFiles = [
  'test/packages/embedded-postgres/postgres.test.ts',
  'test/start/starting.test.ts',
  'test/faults/faults.test.ts',
  'test/graphql/bigOrgs.test.ts',
  'test/database/migrate.test.ts',
  'test/start/workers.test.ts',
  'test/domain/races/races.test.ts',
  'test/jobs/jobServers.test.ts',
  'test/start/main.test.ts',
  'test/demo/demo.test.ts',
  'test/domain/invites/expiry.test.ts',
  'test/database/migrateBesideServer.test.ts',
  'test/domain/invites/mailOutage.test.ts',
  'test/domain/invites/deliveryAfterDeath.test.ts',
  'test/faults/database.test.ts',
  'test/accelerator/bothLanes.test.ts',
  'test/http/bodies.test.ts',
]

/** Starts the longest files first, so that at the end no core is idle while one file still runs. */
class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longFiles.findIndex((file) => moduleId.endsWith(file))
      return place === -1 ? longFiles.length : place
    }
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}

export default defineConfig({
  resolve: {
    // The packages of the workspace are tested from their sources.
    tsconfigPaths: true,
    // Vite would take graphql's .mjs where Node takes its .js: two copies that don't know each other's types.
    alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts', 'test/support/serverBundle.ts'],
    sequence: { sequencer: LongFilesFirst },
    pool: 'forks',
    // A worker loads the sources once, not once a file: that takes 2 s. So no file may change a module for others.
    isolate: false,
    // PostgreSQL runs beside them, but most files wait more than they compute.
    maxWorkers: 4,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // On an idle machine the result is there at once; on a busy one it takes longer.
    expect: { poll: { timeout: 5_000 } },
  },
})
