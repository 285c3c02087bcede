import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  // The page is served at /components itself, everything that it loads below it.
  base: '/components/',
  // @guildhall/client and @guildhall/react are bundled from their sources.
  resolve: { tsconfigPaths: true },
  build: {
    outDir: here('../../dist/components'),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" means something to servers that render React, and there is none.
      onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)),
      checks: { pluginTimings: false },
    },
  },
  server: {
    proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true }, '/live': 'http://127.0.0.1:4000' },
  },
})
