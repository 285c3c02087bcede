import { words } from '../../words/words.js'
import { type Departure, keepDeparture, rememberSignedIn, takeReturn, wasSignedIn } from './handover.js'
import { keepTokens } from './keptTokens.js'
import {
  authorizationUrl,
  endSessionUrl,
  newTransaction,
  type ReachedSettings,
  type RequestOptions,
  redeem,
  revoke,
  SignInError,
} from './provider.js'
import { fetchSignInWay, type OpenIdSettings } from './settings.js'
import { openTabs } from './tabs.js'

/** Signing in at an OpenID provider, for one page. */
export interface OpenId {
  /** Continues a sign-in that is under way, or takes over that of another tab or of the provider's session. */
  start(): Promise<void>
  /** Leaves for the provider. Resolves only if that fails. */
  leaveToSignIn(options?: { otherAccount?: boolean }): Promise<void>
  /** Signs in in another window, so that this page stays as it is. Null if the browser opened none. */
  signInBeside(): Promise<void> | null
  /** Tries at once what is otherwise tried every few seconds. */
  retry(): void
  /** Signs out in all tabs, and at the provider. */
  signOut(): Promise<void>
}

/** @param onProblem called when a sign-in fails that the person has begun, with null when a new one begins */
export function openOpenId(
  settings: OpenIdSettings,
  onProblem: (problem: SignInError | null) => void,
): OpenId {
  const tabs = openTabs()
  let provider = settings.provider

  const reached = (): ReachedSettings => {
    if (!provider) throw new SignInError('unreachable', 'The server has not reached the provider yet.')
    return { ...settings, provider }
  }

  /** Asks the server whether the provider answers, before the person is sent there. */
  async function reach(): Promise<void> {
    const way = await fetchSignInWay({ now: true })
    if (way.kind !== 'openid' || !way.isReachable)
      throw new SignInError('unreachable', 'The provider does not answer.')
    provider = way.provider
  }

  const kept = keepTokens(tabs, reached, () => onProblem(null))

  async function depart(options: RequestOptions & { silent: boolean }): Promise<void> {
    const transaction = newTransaction()
    const url = await authorizationUrl(reached(), transaction, options)
    keepDeparture({
      ...transaction,
      silent: options.silent,
      place: location.pathname + location.search + location.hash,
    })
    location.assign(url)
    // The page is about to go. If the person comes back by the browser's button, it works again.
    await new Promise((resolve) => addEventListener('pageshow', resolve, { once: true }))
  }

  async function start(): Promise<void> {
    const returned = takeReturn()
    if (returned) return comeBack(returned.query, returned.departure)
    if (!wasSignedIn() || (await kept.takeFromTabs())) return
    try {
      await reach()
    } catch (error) {
      return reportProblem(error)
    }
    try {
      kept.got(await kept.fromSession(), false)
    } catch (error) {
      const problem = problemOf(error)
      if (problem.kind === 'failed') return reportProblem(problem)
      // A browser may keep the provider's cookies from a frame. Then only the whole page can ask.
      await depart({ prompt: 'none', silent: true }).catch(reportProblem)
    }
  }

  async function comeBack(query: string, departure: Departure): Promise<void> {
    try {
      kept.got(await redeem(reached(), query, departure), false)
    } catch (error) {
      const problem = await explained(problemOf(error))
      if (problem.kind === 'absent') rememberSignedIn(false)
      if (!departure.silent || problem.kind !== 'absent') reportProblem(problem)
    }
  }

  /** A provider that answers this server but not this page forbids the page to ask. */
  async function explained(problem: SignInError): Promise<SignInError> {
    if (problem.kind !== 'unreachable') return problem
    return reach().then(
      () =>
        new SignInError(
          'failed',
          `The provider does not answer ${location.origin}: is it an allowed origin (CORS) there?`,
        ),
      () => problem,
    )
  }

  function reportProblem(error: unknown): void {
    const problem = problemOf(error)
    if (problem.kind === 'failed') console.warn(`Signing in failed: ${problem.detail}`)
    onProblem(problem)
  }

  return {
    start,

    async leaveToSignIn({ otherAccount = false } = {}) {
      onProblem(null)
      try {
        await reach()
        await depart({ silent: false, ...(otherAccount && { prompt: promptForOther() }) })
      } catch (error) {
        reportProblem(error)
      }
    },

    signInBeside() {
      // Opened at once, or the browser would take it for a pop-up that nobody asked for.
      const beside = open('', '', 'popup,width=520,height=680')
      if (!beside) return null
      onProblem(null)
      return inWindow(beside)
    },

    retry: kept.wake,

    async signOut() {
      const held = kept.current()
      rememberSignedIn(false)
      tabs.post({ type: 'signed-out' })
      const url = endSessionUrl({ ...settings, provider }, held?.id ?? null)
      try {
        if (url) await reach()
        if (held?.refresh) await revoke(reached(), held.refresh)
        if (url) location.assign(url)
      } catch {
        // The provider doesn't answer. Here the person is signed out all the same.
      }
      kept.forget()
    },
  }

  async function inWindow(beside: Window): Promise<void> {
    const transaction = newTransaction()
    try {
      await reach()
      const url = await authorizationUrl(reached(), transaction, {
        loginHint: kept.current()?.email ?? undefined,
      })
      const query = returnedFrom(transaction.state)
      beside.location.href = url
      const next = await redeem(reached(), await query, transaction)
      tabs.post({ type: 'taken', state: transaction.state, text: words().signIn.done })
      kept.got(next, false)
    } catch (error) {
      beside.close()
      reportProblem(error)
    }
  }

  function returnedFrom(state: string): Promise<string> {
    return new Promise((resolve) => {
      const stop = tabs.listen((message) => {
        if (message.type !== 'returned' || message.state !== state) return
        stop()
        resolve(message.query)
      })
    })
  }

  /** Lets the person choose, where the provider can do that, and else asks for the password. */
  function promptForOther(): string {
    const supported = provider?.prompt_values_supported
    return Array.isArray(supported) && supported.includes('select_account') ? 'select_account' : 'login'
  }
}

const problemOf = (error: unknown): SignInError =>
  error instanceof SignInError ? error : new SignInError('failed', String(error))
