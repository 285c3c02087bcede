// Builds what `npm start` runs into dist/, or into the folder named by the argument.
import { copyFile, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'))

const outdir = process.argv[2] ?? 'dist'
await rm(outdir, { recursive: true, force: true })
await build({
  entryPoints: ['src/main.ts'],
  outdir,
  // main.js checks the version of Node before it loads the rest.
  splitting: true,
  bundle: true,
  // npm packages are not bundled: some load files of their own. The code of the workspaces is.
  external: Object.keys(dependencies),
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  // A stack needs the positions. The sources are in the repository, and would be half of dist.
  sourcesContent: false,
  // Prisma's client is CommonJS and calls require for Node's own modules.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
})

// Made by `npm run generate`. The bundle reads it from its own folder.
await copyFile('src/generated/mailProviders.txt', join(outdir, 'mailProviders.txt'))
await cp('src/mail/templates', join(outdir, 'mailTemplates'), { recursive: true })

// `npx guildhall`, the same program by another name. npm links it, so it must be executable.
await writeFile(
  join(outdir, 'cli.js'),
  "#!/usr/bin/env node\nprocess.setSourceMapsEnabled(true)\nawait import('./main.js')\n",
  { mode: 0o755 },
)
