import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import { emptyApp, installIn, runIn } from '../../support/emptyApp.js'
import { freePort } from '../../support/freePort.js'
import { makeKey, signWith, startOpenIdProvider } from '../../support/openIdProvider.js'
import { type Guildhall, openGuildhall } from './guildhall.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

type Values = Readonly<Record<string, string>>

interface Block {
  language: string | undefined
  /** The file of the app that the block is. */
  path: string | undefined
  text: string
}

/** A guide that a test follows literally. */
export interface Guide {
  /** The block with this text, with other values than the guide's examples. */
  blockWith(words: string, values?: Values): string
  /** The settings in the block with this text. */
  settingsWith(words: string, values: Values): Record<string, string>
  /**
   * Writes all files of the guide into an empty folder, and runs its block that makes the packages and installs them.
   * @param given files that the reader has already
   * @param values for the guide's `.env`
   * @returns the folder
   */
  makeApp(given: Readonly<Record<string, string>>, values: Values): string
}

/** @param path of the guide in the repository */
export function readGuide(path: string): Guide {
  const guide = readFileSync(join(root, path), 'utf8')
  const blocks: Block[] = [...guide.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language, path, text = '']) => ({ language, path, text }),
  )

  function blockWith(words: string, values: Values = {}): string {
    const found = blocks.find(({ text }) => text.includes(words))
    if (!found) throw new Error(`The guide has no block with ${words}`)
    return replaced(found.text, values)
  }

  return {
    blockWith,
    settingsWith: (words, values) =>
      Object.fromEntries(
        [...blockWith(words, values).matchAll(/^(\w+)=(\S+)/gm)].map(([, name = '', value = '']) => [
          name,
          value,
        ]),
      ),
    makeApp(given, values) {
      const files: Record<string, string> = { ...given }
      for (const { path, text } of blocks)
        if (path) files[path] = path === '.env' ? replaced(text, values) : text
      const folder = emptyApp(files)

      const [pack = '', , ...installs] = blockWith('npm pack', { '../my-app': folder }).trim().split('\n')
      runIn(root, pack)
      for (const install of installs) installIn(folder, install)
      return folder
    },
  }
}

function replaced(text: string, values: Values): string {
  for (const [example, value] of Object.entries(values)) {
    expect(text).toContain(example)
    text = text.replaceAll(example, value)
  }
  return text
}

/** What step 1 of a guide has started, and an identity provider. */
export interface Stage {
  /** Where the guide's app has to answer. */
  appUrl: string
  port: number
  guildhall: Guildhall
  /** The settings that Guildhall was started with. */
  env: Readonly<Record<string, string>>
  /** The access token of a person. */
  tokenOf(name: string): Promise<string>
}

/** Starts Guildhall as step 1 of a guide says. The test is the identity provider. */
export async function startAsIn(guide: Guide): Promise<Stage> {
  const provider = await startOpenIdProvider()
  onTestFinished(() => provider.close())
  const key = await makeKey()
  provider.publish(key.jwk)
  const port = await freePort()
  const appUrl = `http://localhost:${port}`
  const env = guide.settingsWith('AUTH_JWKS_URL=', {
    'https://login.example.com/.well-known/jwks.json': provider.jwksUrl,
    'https://app.example.com': appUrl,
  })
  const guildhall = await openGuildhall({ env })
  onTestFinished(() => guildhall.stop())
  return {
    appUrl,
    port,
    guildhall,
    env,
    tokenOf: (name) =>
      signWith(key, {
        iss: env.AUTH_ISSUER ?? '',
        aud: env.AUTH_AUDIENCE ?? '',
        sub: name,
        name,
        email: `${name.toLowerCase()}@example.com`,
        email_verified: true,
      }),
  }
}
