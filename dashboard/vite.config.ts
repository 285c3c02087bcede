import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Writes a .br and a .gz beside everything that text compression makes smaller, so that serving costs nothing. */
function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const [fileName, output] of Object.entries(bundle)) {
        if (!/\.(html|js|css|svg)$/.test(fileName)) continue
        const source = Buffer.from(output.type === 'chunk' ? output.code : output.source)
        const br = brotliCompressSync(source, {
          params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
        })
        const gz = gzipSync(source, { level: 9 })
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: br })
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gz })
      }
    },
  }
}

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
