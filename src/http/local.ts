import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isHostOf } from './origin.js'

/** Whether a host, with or without a port, is this machine and no other. */
export const isLoopback = (host: string): boolean => {
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}`
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  )
}

/**
 * Whether a request was made under a name of this machine, or that of APP_URL. A page on the web can have its own
 * name lead to this machine (DNS rebinding): its requests then come from the same origin, but under that name.
 */
export const asksByLocalName = (appUrl: string | undefined) => {
  const app = appUrl === undefined ? undefined : new URL(appUrl)
  return ({ headers: { host } }: Pick<IncomingMessage, 'headers'>): boolean =>
    host !== undefined && (isLoopback(host) || (app !== undefined && isHostOf(app, host)))
}
