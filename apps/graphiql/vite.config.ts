import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { precompressed } from '../../scripts/vite/precompressed.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  // The page is served at /graphql itself, everything that it loads below it.
  base: '/graphql/',
  plugins: [precompressed()],
  build: {
    outDir: here('../../dist/graphiql'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The editor is one large part, loaded once and kept for a year.
    chunkSizeWarningLimit: 1_000,
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" means something to servers that render React, and there is none.
      onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)),
      checks: { pluginTimings: false },
    },
  },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
})
