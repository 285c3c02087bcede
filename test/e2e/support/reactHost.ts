import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const pages = fileURLToPath(new URL('../react/', import.meta.url))

/** Where the packages of React are: 19 at the root, and 18, which the package allows too, in test/. */
const reactIn = {
  '18': `${root}test/node_modules/`,
  '19': `${root}node_modules/`,
  preact: `${root}node_modules/`,
}
export type ReactVersion = keyof typeof reactIn

const inPreact = (path: string) =>
  path === 'react/jsx-runtime' ? 'preact/jsx-runtime' : path.replace(/^react(-dom)?/, 'preact/compat')

/** Takes each package of React from one folder, whoever imports it. */
const onlyReact = (version: ReactVersion): Plugin => ({
  name: 'only-react',
  setup(build) {
    build.onResolve({ filter: /^react(?:-dom)?(?:\/|$)/ }, ({ path, pluginData, kind }) =>
      pluginData === 'found'
        ? undefined
        : build.resolve(version === 'preact' ? inPreact(path) : path, {
            resolveDir: reactIn[version],
            pluginData: 'found',
            kind,
          }),
    )
  },
})

async function bundle(entry: string, version: ReactVersion, platform: 'browser' | 'node'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [pages + entry],
    bundle: true,
    write: false,
    format: platform === 'node' ? 'cjs' : 'esm',
    platform,
    target: 'es2022',
    jsx: 'automatic',
    tsconfig: `${root}packages/react/tsconfig.json`,
    define: { 'process.env.NODE_ENV': '"development"' },
    plugins: [onlyReact(version)],
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** The program that renders the page on a server. */
export const bundleForServer = (version: ReactVersion) => bundle('onServer.tsx', version, 'node')

export interface ReactHost {
  readonly origin: string
  /** The URL of the page `name` of test/e2e/react, with a query. */
  url(name: string, version: ReactVersion, query: Readonly<Record<string, string>>): string
  close(): Promise<void>
}

/** An app with React, served by an HTTP server of its own. */
export async function openReactHost(): Promise<ReactHost> {
  const bundles = new Map<string, Promise<string>>()
  const server = createServer(async (req, res) => {
    const [, version = '', name = ''] = new URL(req.url ?? '/', 'http://host').pathname.split('/')
    const react: ReactVersion = version === '18' || version === 'preact' ? version : '19'
    if (name === 'styles.css') {
      res.setHeader('content-type', 'text/css')
      return res.end(await readFile(`${root}packages/react/styles.css`))
    }
    if (name.endsWith('.js')) {
      const key = `${react}/${name}`
      const made = bundles.get(key) ?? bundle(name.replace(/\.js$/, '.tsx'), react, 'browser')
      bundles.set(key, made)
      const text = await made.catch((error: unknown) => `throw new Error(${JSON.stringify(String(error))})`)
      res.setHeader('content-type', 'text/javascript')
      return res.end(text)
    }
    res.setHeader('content-type', 'text/html; charset=utf-8')
    res.end(`<!doctype html><html lang="en" style="color-scheme: light dark"><head><meta charset="utf-8"><title>An app</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/${react}/styles.css"></head>
<body><div id="root"></div><script type="module" src="/${react}/${name}.js"></script></body></html>`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    url: (name, version, query) => `${origin}/${version}/${name}?${new URLSearchParams(query)}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
