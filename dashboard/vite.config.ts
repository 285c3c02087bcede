import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { precompressed } from '../scripts/vite/precompressed.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  // Both pages take their assets from here, whatever path they are served under themselves.
  base: '/live/',
  plugins: [precompressed()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    // light-dark(), :has(), <dialog>: what every current browser has.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    // A data: URL is one more thing that the content security policy would have to allow.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: { input: { live: here('live.html'), invite: here('invite.html') } },
  },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
})
