import { defineConfig } from 'vitest/config'

/**
 * Tests in a browser, against the server as `npm start` runs it. They need Chromium, so `npm test`
 * does not include them.
 */
export default defineConfig({
  test: {
    include: ['test/e2e/*.e2e.ts'],
    globalSetup: 'test/e2e/support/buildPages.ts',
    // One browser and one database at a time.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
