import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that start and kill whole servers and clusters, wait for clocks, try hundreds of large inputs, or need packages
 * of their own. They take as long as all others together: `npm run test:long` runs them.
 */
const longFiles = [
  'test/accelerator/sameAnswers.test.ts',
  'test/alarms.test.ts',
  'test/auth/keysOutage.test.ts',
  'test/commands/*.test.ts',
  'test/database/foreignDatabase.test.ts',
  'test/database/migrate.test.ts',
  'test/database/migrateBesideServer.test.ts',
  'test/database/orgSlugs.test.ts',
  'test/database/orgUserStatus.test.ts',
  'test/database/tlsOfPostgres.test.ts',
  'test/database/vanishedDatabase.test.ts',
  'test/demo/actions.test.ts',
  'test/demo/demo.test.ts',
  'test/deploy/*.test.ts',
  'test/domain/apiTokens/revokedAtOnce.test.ts',
  'test/domain/core/refusals/order.test.ts',
  'test/domain/invites/deliveryAfterDeath.test.ts',
  'test/domain/invites/expiryFails.test.ts',
  'test/domain/invites/mailOutage.test.ts',
  'test/domain/races/{appRoleLimit,linkUses,reminders,searchText}.test.ts',
  'test/examples/anyLanguage.test.ts',
  'test/examples/clients.test.ts',
  'test/examples/story.test.ts',
  'test/graphql/bigOrgs.test.ts',
  'test/graphql/limits/documents.test.ts',
  'test/graphql/limits/inputCost.test.ts',
  'test/graphql/malformedInput.test.ts',
  'test/graphql/unavailable.test.ts',
  'test/http/bodies.test.ts',
  'test/http/heldMemory.test.ts',
  'test/http/slowReaders.test.ts',
  'test/jobs/jobServers.test.ts',
  'test/lib/nodeVersion.test.ts',
  'test/packages/client/package.test.ts',
  'test/packages/client/resumingClient.test.ts',
  'test/packages/client/resumingEventStream.test.ts',
  'test/packages/embedded-postgres/postgres.test.ts',
  'test/packages/node/middlewares.test.ts',
  'test/packages/node/mirrorUnderFaults.test.ts',
  'test/packages/node/package.test.ts',
  'test/packages/react/package.test.ts',
  'test/packages/readmes.test.ts',
  'test/scale/*.test.ts',
  'test/start/*.test.ts',
  'test/streams/instanceUnderKills.test.ts',
  'test/streams/slowReader.test.ts',
  'test/telemetry/*.test.ts',
  'test/upgrade/*.test.ts',
  'test/webhooks/answers.test.ts',
  'test/webhooks/commitOrder.test.ts',
  'test/webhooks/connections.test.ts',
  'test/webhooks/delivery.test.ts',
  'test/webhooks/hostile.test.ts',
  'test/webhooks/idle.test.ts',
  'test/webhooks/production.test.ts',
  'test/webhooks/room.test.ts',
  'test/webhooks/servers.test.ts',
]

/**
 * Files that break a part, and hold that all works again within seconds. They run after the others: beside files that
 * compute, a server may be late for another reason.
 */
const faultFiles = ['test/faults/*.test.ts']

/** Files that need a process of their own, or a machine that does nothing else. */
const aloneFiles = [
  // It measures V8's heap. After other files, V8 allocates what a request reads in the old generation at once, because it
  // has often seen such objects survive.
  'test/accelerator/collected.test.ts',
  // It leaves the dispatcher of webhooks out, which other files need.
  'test/graphql/statements.test.ts',
  // They hold something to the tenth of a second.
  'test/domain/invites/expiry.test.ts',
  'test/http/shutdown.test.ts',
  'test/streams/hints.test.ts',
]

/** Files that hold a promise of time among much else. They run beside others, which make them late, and again alone. */
const timedFiles = [
  'test/accelerator/sharedStreams.test.ts',
  'test/domain/accounts/deleteUser.test.ts',
  'test/domain/invites/statusTransitions.test.ts',
  'test/domain/members/suspension.test.ts',
  'test/domain/users/previousSubject.test.ts',
  'test/http/{limits,overWebSocket}.test.ts',
  'test/streams/{instance,resume,rights}.test.ts',
]

/** The slowest files of each kind, slowest first. */
const slowestFiles = [
  'test/domain/invites/deliveryAfterDeath.test.ts',
  'test/packages/embedded-postgres/postgres.test.ts',
  'test/domain/races/races.test.ts',
  'test/start/starting.test.ts',
  'test/deploy/image.test.ts',
  'test/database/migrate.test.ts',
  'test/graphql/bigOrgs.test.ts',
  'test/start/main.test.ts',
  'test/jobs/jobServers.test.ts',
  'test/domain/apiTokens/revokedAtOnce.test.ts',
  'test/faults/faults.test.ts',
  'test/domain/core/permissions.test.ts',
  'test/http/slowReaders.test.ts',
  'test/http/bodies.test.ts',
  'test/domain/core/refusals/refusals.test.ts',
  'test/graphql/pagination.test.ts',
  'test/accelerator/sharedStreams.test.ts',
]

/** Starts the slowest files first, so that at the end no core is idle while one file still runs. */
class SlowestFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = slowestFiles.findIndex((file) => moduleId.endsWith(file))
      return place === -1 ? slowestFiles.length : place
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
    projects: [
      {
        extends: true,
        test: {
          name: 'usual',
          include: ['test/**/*.test.ts'],
          // test/ has packages of its own.
          exclude: ['test/node_modules/**', ...longFiles, ...faultFiles, ...aloneFiles],
          env: { RACE_ROUNDS: '3', BUSY_MS: '2000' },
        },
      },
      // The races again, in as many rounds as they need to show that they hold.
      {
        extends: true,
        test: {
          name: 'long',
          include: [
            ...longFiles,
            'test/domain/races/{races,webhookRaces}.test.ts',
            'test/streams/pruneRaces.test.ts',
          ],
          testTimeout: 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: faultFiles,
          env: { BUSY_MS: '1000' },
          testTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: [...aloneFiles, ...timedFiles],
          env: { BUSY_MS: '200' },
          isolate: true,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
    globalSetup: ['test/support/postgres.ts', 'test/support/serverBundle.ts'],
    sequence: { sequencer: SlowestFilesFirst },
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
