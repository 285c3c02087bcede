import { leaveToSignIn, signOut } from '../api/signIn.js'
import { words } from '../words/words.js'
import { ErrorNotice } from './notices.js'
import { ForOperators } from './SignInProblem.js'

/** The person has signed in at the provider, and this server doesn't accept what the provider gave. */
export function SignInRefused() {
  const { signIn } = words()
  return (
    <div class="sign-in">
      <ErrorNotice>{signIn.refused}</ErrorNotice>
      <ForOperators>{signIn.operator.refused}</ForOperators>
      <div class="actions">
        <button type="button" class="button" onClick={() => void leaveToSignIn({ otherAccount: true })}>
          {signIn.otherAccount}
        </button>
        <button type="button" class="button ghost" onClick={() => void signOut()}>
          {signIn.signOut}
        </button>
      </div>
    </div>
  )
}
