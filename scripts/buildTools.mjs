import { existsSync } from 'node:fs'

const tools = ['esbuild', 'vite', 'tsx', 'prisma', '@graphql-codegen/core']

/** Whether the packages that generate and build are installed. NODE_ENV=production and --omit=dev leave them out. */
export const hasBuildTools = () =>
  tools.every((name) => existsSync(new URL(`../node_modules/${name}/package.json`, import.meta.url)))

/** Whether dist/ holds a server. */
export const isBuilt = () => existsSync(new URL('../dist/main.js', import.meta.url))
