import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ApiError } from '../../api/apiError.js'
import { LoadNotice } from '../../ui/notices.js'
import { RowsSkeleton } from '../../ui/Skeleton.js'
import { useRetry } from '../../ui/useRetry.js'
import { words } from '../../words/words.js'

/**
 * A part whose code is loaded when it is opened, so that the page itself is there sooner.
 * @param Meanwhile what stands in its place until then
 */
export function later<Props = object>(
  load: () => Promise<FunctionComponent<Props>>,
  Meanwhile: FunctionComponent = TwoRows,
): FunctionComponent<Props> {
  let held: FunctionComponent<Props> | null = null
  return function Later(props) {
    const [Part, setPart] = useState<FunctionComponent<Props> | null>(() => held)
    const [error, setError] = useState<ApiError | null>(null)

    function get() {
      if (held) return
      load().then(
        (loaded) => {
          held = loaded
          setPart(() => loaded)
          setError(null)
        },
        () => setError(new ApiError('UNREACHABLE', '')),
      )
    }

    useEffect(get, [])
    useRetry(error, get)

    if (error) return <LoadNotice text={words().lists.notLoaded} />
    return Part ? <Part {...props} /> : <Meanwhile />
  }
}

function TwoRows() {
  return <RowsSkeleton rows={2} />
}
