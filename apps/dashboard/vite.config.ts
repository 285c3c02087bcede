import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { precompressed } from '../../scripts/vite/precompressed.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Lets a page leave out the documents that it doesn't send, and the others travel without their indentation. */
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
  // Both pages take their assets from here, whatever path they are served under themselves.
  base: '/live/',
  // @guildhall/client is taken from its sources.
  resolve: { tsconfigPaths: true },
  plugins: [slimDocuments(), precompressed()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    // light-dark(), :has(), <dialog>: what every current browser has.
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    modulePreload: { polyfill: false },
    // A data: URL is one more thing that the content security policy would have to allow.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    license: { fileName: 'assets/licences.md' },
    rolldownOptions: {
      input: { live: here('live.html'), invite: here('invite.html') },
      output: { chunkFileNames: 'assets/shared-[hash].js' },
    },
  },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } } },
})
