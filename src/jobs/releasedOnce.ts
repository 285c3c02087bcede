import type { Pool, PoolClient } from 'pg'

type Release = (error?: Error | boolean) => void
type Connected = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void

/**
 * The same pool, whose connections may be given back twice. graphile-worker does so with the one it listens on, where
 * LISTEN fails while its workers leave: on a standby, say. The pool throws then, and nobody would catch it.
 */
export function releasedOnce(pool: Pool): Pool {
  const connect = (callback?: Connected) => {
    if (!callback) return pool.connect()
    return pool.connect((error, client, release) => {
      let released = false
      callback(error, client, (reason) => {
        if (released) return
        released = true
        release(reason)
      })
    })
  }
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return connect
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
