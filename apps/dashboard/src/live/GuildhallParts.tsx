import { type Controls, GuildhallProvider, type Requests, type Words } from '@guildhall/react'
import type { ComponentChildren, ComponentProps } from 'preact'
import { useMemo } from 'preact/hooks'
import { bearerFor } from '../api/credential.js'
import { execute } from '../api/execute.js'
import { announce } from '../ui/announce.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { spoken } from '../words/format.js'
import { currentWords, type Words as PageWords } from '../words/words.js'
import { partsWords } from './partsWords.js'

interface GuildhallPartsProps {
  /** Null: nobody is signed in. */
  token: string | null
  /** Words for components that only this page has. */
  words?: (words: PageWords) => Partial<Words>
  children: ComponentChildren
}

/** The components of @guildhall/react inside speak this page's words, and their requests wait for a new sign-in too. */
export function GuildhallParts({ token, words: more, children }: GuildhallPartsProps) {
  const api = useMemo<Requests>(
    () => ({ query: (text, variables) => execute<never, object>(text, variables ?? {}, token) }),
    [token],
  )
  const said = currentWords.value
  const wordsOfParts = useMemo(() => ({ ...partsWords(said), ...more?.(said) }), [said, more])
  return (
    <GuildhallProvider
      endpoint={`${location.origin}/graphql`}
      credential={(refused) =>
        token && bearerFor(token, refused ?? null, { isMutation: false }).catch(() => null)
      }
      user={token}
      api={api}
      words={wordsOfParts}
      controls={controls}
      say={announce}
      locale={spoken.value.language}
    >
      {children}
    </GuildhallProvider>
  )
}

/** A button of this page's looks. The one that opens the list of orgs has its own. */
function PageButton({ className = '', ...rest }: ComponentProps<Controls['Button']>) {
  const has = (part: string) => `${className}`.split(' ').includes(part)
  const kind = has('gh-primary') ? 'primary' : has('gh-plain') ? 'ghost' : ''
  const looks = has('gh-chosen') ? '' : `button ${kind}`
  return <button type="button" {...rest} className={`${className} ${looks}`} />
}

const controls = { Button: PageButton, Time: RelativeTime }
