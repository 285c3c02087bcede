import { onTestFinished } from 'vitest'
import type { Server } from '../../../src/http/server.js'
import { createLog } from '../../../src/lib/log.js'
import { readSettings } from '../../../src/settings/settings.js'
import { createServer, type ServerParts } from '../../../src/start/server.js'
import { type Caller, type Context, callers, type FakeState, fakeSchema, newState } from './fakeSchema.js'

export interface Started {
  readonly url: string
  readonly server: Server
  readonly state: FakeState
  /** The log lines, in order. */
  readonly lines: Record<string, unknown>[]
}

type Parts = ServerParts<Caller, Omit<Context, 'edge'>>

/** Starts the HTTP server on a free port with the fake schema, and stops it when the test ends. */
export const startHttpServer = async (
  env: NodeJS.ProcessEnv = {},
  parts: Partial<Parts> = {},
): Promise<Started> => {
  const state = newState()
  const lines: Record<string, unknown>[] = []
  const log = createLog(
    { level: 'debug', production: true },
    { write: (line) => void lines.push(JSON.parse(line)) },
  )
  const server = createServer({
    settings: readSettings({ PORT: '0', SHUTDOWN_GRACE_S: '1', ...env }),
    schema: fakeSchema(state),
    log,
    callers: callers(state),
    ready: async () => true,
    ...parts,
  })
  const { url } = await server.listen()
  onTestFinished(() => server.close())
  return { url, server, state, lines }
}
