import { GuildhallProvider, german } from '@guildhall/react'
import { useEffect, useState } from 'react'
import type { Knobs } from './knobs.js'
import { ENDPOINT, type Person } from './people.js'
import type { Situation, State } from './states.js'
import type { Story } from './stories.js'

type Prepared = Situation | Error | null

/** Prepares a state, such as an invite that has expired. Null until then. */
function usePrepared(state: State): Prepared {
  const [prepared, setPrepared] = useState<Prepared>(null)
  useEffect(() => {
    let isOver = false
    state.prepare().then(
      (situation) => !isOver && setPrepared(situation),
      (error: unknown) => !isOver && setPrepared(error instanceof Error ? error : new Error(String(error))),
    )
    return () => {
      isOver = true
    }
  }, [state])
  return prepared
}

const never = () => new Promise<null>(() => {})

/** The component in its state, as an app shows it. */
export function Stage({ story, state, knobs }: { story: Story; state: State; knobs: Knobs }) {
  const prepared = usePrepared(state)
  const [signedIn, setSignedIn] = useState<Person | null>(null)
  const [said, setSaid] = useState('')
  if (prepared === null) return <p className="preparing">Preparing …</p>
  if (prepared instanceof Error)
    return (
      <p role="alert" className="preparing">
        {prepared.message}
      </p>
    )
  const viewer = signedIn ?? prepared.viewer
  const app = {
    ...prepared,
    signIn: () => setSignedIn(prepared.invitee ?? null),
    said: setSaid,
  }
  return (
    <>
      <GuildhallProvider
        endpoint={new URL(prepared.endpoint ?? ENDPOINT, location.origin).href}
        credential={prepared.isUndecided ? never : () => viewer?.token ?? null}
        user={viewer?.token ?? null}
        {...(knobs.words === 'de' && { words: german, locale: 'de' })}
      >
        {story.show(app)}
      </GuildhallProvider>
      <p role="status" className="said">
        {said}
      </p>
    </>
  )
}
