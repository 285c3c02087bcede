// npm runs this after an install. It generates and builds if the build tools are installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const tools = ['esbuild', 'vite', 'tsx', 'prisma', '@graphql-codegen/cli']
const missing = tools.filter(
  (name) => !existsSync(new URL(`../node_modules/${name}/package.json`, import.meta.url)),
)
const isBuilt = existsSync(new URL('../dist/main.js', import.meta.url))
// `npx guildhall` in a checkout makes npm link it into its cache, and prepare it once more.
if (isBuilt && process.env.npm_command === 'exec') process.exit()
if (missing.length > 0) {
  // NODE_ENV=production and --omit=dev leave them out. That is right for a checkout that is built already.
  if (isBuilt) process.exit()
  console.error(
    'Guildhall is not built: this install left its build tools out. ' +
      'Run: npm ci --include=dev && npm prune --omit=dev',
  )
} else {
  for (const script of ['generate', 'build']) {
    const { status } = spawnSync('npm', ['run', script], {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    if (status !== 0) process.exit(status ?? 1)
  }
}
