import { GuildhallProvider, type Requests, type Words } from '@guildhall/react'
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { bearerFor } from '../api/credential.js'
import { execute } from '../api/execute.js'
import { spoken } from '../words/format.js'
import { currentWords, type Words as PageWords } from '../words/words.js'

interface GuildhallPartsProps {
  token: string
  children: ComponentChildren
}

/** The components of @guildhall/react inside speak this page's words, and their requests wait for a new sign-in too. */
export function GuildhallParts({ token, children }: GuildhallPartsProps) {
  const api = useMemo<Requests>(
    () => ({ query: (text, variables) => execute<never, object>(text, variables ?? {}, token) }),
    [token],
  )
  const said = currentWords.value
  const wordsOfParts = useMemo(() => partsWords(said), [said])
  return (
    <GuildhallProvider
      endpoint={`${location.origin}/graphql`}
      credential={(refused) => bearerFor(token, refused ?? null, { isMutation: false }).catch(() => null)}
      user={token}
      api={api}
      words={wordsOfParts}
      locale={spoken.value.language}
    >
      {children}
    </GuildhallProvider>
  )
}

function partsWords({ dashboard, errors }: PageWords): Partial<Words> {
  return {
    orgSwitcher: {
      label: dashboard.organization,
      choose: dashboard.organization,
      none: dashboard.noOrgFound,
      switchFrom: dashboard.switchFrom,
      search: dashboard.searchOrgs,
      list: dashboard.organizations,
      noneFound: dashboard.noOrgFound,
      more: dashboard.moreOrgs,
    },
    errors: {
      UNREACHABLE: errors.unreachable,
      UNAVAILABLE: errors.unavailable,
      UNAUTHENTICATED: errors.signedOut,
      FORBIDDEN: errors.forbidden,
      RATE_LIMITED: errors.tooMany,
    },
    unreachable: errors.other,
  }
}
