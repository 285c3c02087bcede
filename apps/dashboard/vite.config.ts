import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { precompressed } from '../../scripts/vite/precompressed.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Removes the documents that a page doesn't use, and the indentation of the others. */
function slimDocuments(): Plugin {
  return {
    name: 'slim-documents',
    transform: {
      filter: { id: /operations\/generated\/graphql\.ts$/ },
      handler: (code) =>
        code
          .replaceAll('= new TypedDocumentString(', '= /* @__PURE__ */ new TypedDocumentString(')
          .replace(/`[^`]*`/g, (document) => document.replace(/\s+/g, ' ')),
    },
  }
}

export default defineConfig({
  root: here('.'),
  // All pages load their assets from here, whatever the page's own path is.
  base: '/live/',
  // @guildhall/client and @guildhall/react are bundled from their sources, and the latter runs with Preact.
  resolve: {
    tsconfigPaths: true,
    alias: [
      { find: /^react$/, replacement: 'preact/compat' },
      { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
    ],
  },
  plugins: [slimDocuments(), precompressed()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    // Every current browser: light-dark(), :has(), <dialog>.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The content security policy doesn't allow data: URLs.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    license: { fileName: 'assets/licences.md' },
    rolldownOptions: {
      checks: { pluginTimings: false, moduleLevelDirective: false },
      input: {
        live: here('live.html'),
        invite: here('invite.html'),
        join: here('join.html'),
        'signed-in': here('signed-in.html'),
      },
      output: { chunkFileNames: 'assets/shared-[hash].js' },
    },
  },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
})
