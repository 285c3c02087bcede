// `npm run check:engines`: checks that every locked package runs on each version of Node that we support. npm would print
// an engine warning for one that doesn't. The bench is left out: it brings a newer Node for some of the servers that it measures.
import { readFileSync } from 'node:fs'
import { satisfies } from 'semver'

/** The oldest that we support, and an early one of each later line. */
const VERSIONS = ['20.19.0', '22.13.0', '24.0.0']

for (const folder of ['.', 'examples/clients', 'test', 'tools']) {
  const { packages } = JSON.parse(readFileSync(`${folder}/package-lock.json`, 'utf8'))
  for (const [path, { version, engines }] of Object.entries(packages))
    for (const node of VERSIONS)
      if (engines?.node !== undefined && !satisfies(node, engines.node)) {
        console.error(`${folder}/${path} ${version} does not run on Node ${node}: it needs ${engines.node}`)
        process.exitCode = 1
      }
}
