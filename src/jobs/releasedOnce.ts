import type { Pool, PoolClient } from 'pg'

type Release = (error?: Error | boolean) => void
type Connected = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void

/**
 * The same pool, but a second release of a connection is ignored. graphile-worker releases its LISTEN connection twice
 * if LISTEN fails during shutdown, for example on a standby. The pool would throw then, and nobody would catch it.
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
