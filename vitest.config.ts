import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // @guildhall/client is taken from its sources.
    tsconfigPaths: true,
    // Vite would take graphql's .mjs where Node takes its .js: two copies that don't know each other's types.
    alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts', 'test/support/serverBundle.ts'],
    pool: 'forks',
    // A worker loads the sources once, not once a file: that takes 2 s. So no file may change a module for others.
    isolate: false,
    // Beside them runs PostgreSQL, and two cores must do.
    maxWorkers: 3,
    testTimeout: 30_000,
    // What is waited for comes at once on an idle machine, and later on a busy one.
    expect: { poll: { timeout: 5_000 } },
    hookTimeout: 60_000,
  },
})
