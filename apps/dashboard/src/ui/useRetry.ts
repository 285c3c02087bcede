import { useEffect, useRef, useState } from 'preact/hooks'
import { mayPass, openRetry } from '../api/retry.js'

/**
 * Runs `work` again by itself while `error` is one that may pass: with longer and longer waits, and at once when the
 * network is back. `error` is null after a success.
 */
export function useRetry(error: unknown, work: () => void): void {
  const latest = useRef(work)
  latest.current = work
  const [retry] = useState(() => openRetry(() => latest.current()))

  useEffect(() => {
    if (error === null) retry.succeeded()
    else if (mayPass(error)) retry.failed()
  }, [error, retry])

  useEffect(() => retry.stop, [retry])
}
