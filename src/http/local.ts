import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isHostOf } from './origin.js'

/** Whether a host, with or without a port, is a loopback address or name. */
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
 * Whether the Host of a request is a loopback name or the host of APP_URL. This stops DNS rebinding: a web page can
 * make its own host name resolve to this machine, and its requests are then same-origin, but under that name.
 */
export const isLocalRequest = (appUrl: string | undefined) => {
  const app = appUrl === undefined ? undefined : new URL(appUrl)
  return ({ headers: { host } }: Pick<IncomingMessage, 'headers'>): boolean =>
    host !== undefined && (isLoopback(host) || (app !== undefined && isHostOf(app, host)))
}
