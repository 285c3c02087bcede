// Builds what `npm start` runs into dist/: the server, and the pages.
import { copyFile, rm } from 'node:fs/promises'
import { build } from 'esbuild'

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  // main.js looks at the version of Node before it loads the rest.
  splitting: true,
  bundle: true,
  // Packages stay where npm put them: some find their own files by their place.
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
})

// What `npm run generate` made; the bundle reads it from beside itself.
await copyFile('src/generated/mailProviders.txt', 'dist/mailProviders.txt')
