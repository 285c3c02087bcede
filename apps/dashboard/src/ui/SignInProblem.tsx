import type { SignInError } from '../api/openId/provider.js'
import { words } from '../words/words.js'
import { ErrorNotice } from './notices.js'

/** Why signing in failed, for the person; and for the operator, what the provider said. */
export function SignInProblem({ problem }: { problem: SignInError }) {
  const { signIn } = words()
  const texts = {
    unreachable: signIn.unreachable,
    absent: signIn.notSignedIn,
    cancelled: signIn.cancelled,
    failed: signIn.failed,
  }
  return (
    <>
      <ErrorNotice>{texts[problem.kind]}</ErrorNotice>
      {problem.kind === 'failed' && <ForOperators>{problem.detail}</ForOperators>}
    </>
  )
}

/** What only whoever runs the server can mend. */
export function ForOperators({ children }: { children: string }) {
  return (
    <details class="by-token">
      <summary>{words().signIn.forOperators}</summary>
      <p class="details-text">{children}</p>
    </details>
  )
}
