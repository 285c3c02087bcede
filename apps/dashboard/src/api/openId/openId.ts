import { words } from '../../words/words.js'
import { type Credential, enterWith, leaveSession, nameOfSubject, pauseRequests } from '../credential.js'
import { pause, session } from '../session.js'
import { askInFrame } from './frame.js'
import { type Departure, keepDeparture, rememberSignedIn, takeReturn, wasSignedIn } from './handover.js'
import {
  authorizationUrl,
  endSessionUrl,
  newTransaction,
  type ReachedSettings,
  type RequestOptions,
  redeem,
  refresh,
  revoke,
  SignInError,
  type Tokens,
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

/** How long another tab may take to answer, ms. It has nothing to fetch for it. */
const TABS_WITHIN_MS = 250
/** The same where nobody waits for it: a second renewal by a refresh token that was used may end the sign-in. */
const TABS_WITHIN_MS_IN_BACKGROUND = 1_000
const RETRY_MS = 5_000
/** Tokens are renewed this long before they run out, or after two thirds of their life if that is later, ms. */
const EARLY_MS = 60_000
/** A token counts as run out a little early, because the request takes its time, ms. */
const MARGIN_MS = 1_000
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Only one tab at a time renews: a provider may take a refresh token that is used twice for a stolen one. */
const LOCK = 'guildhall.sign-in.renew'

type Renewal = 'renewed' | 'absent' | 'unreachable'

/** @param onProblem called when a sign-in fails that the person has begun, with null when a new one begins */
export function openOpenId(
  settings: OpenIdSettings,
  onProblem: (problem: SignInError | null) => void,
): OpenId {
  const tabs = openTabs()
  let provider = settings.provider
  let tokens: Tokens | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let renewing: Promise<Renewal> | undefined
  /** Whether the server has accepted a token of this sign-in. */
  let isProven = false

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

  // The tokens

  /** @param proven whether the server has accepted a token of this sign-in; undefined if that is as before */
  function adopt(next: Tokens, proven?: boolean): void {
    isProven = proven ?? isProven
    tokens = next
    rememberSignedIn(true)
    schedule()
    enterWith(
      { token: nameOfSubject(next.subject), name: next.name, email: next.email, kind: 'openid' },
      credential,
    )
  }

  function got(next: Tokens, proven?: boolean): void {
    adopt(next, proven)
    tabs.post({ type: 'tokens', tokens: next, isProven })
    onProblem(null)
  }

  /** Whether nothing newer has come since. */
  const isStill = (before: Tokens) => tokens?.access === before.access
  const endsAt = ({ at, lifeMs }: Tokens) => (lifeMs === null ? Number.POSITIVE_INFINITY : at + lifeMs)
  const hasEnded = (held: Tokens) => Date.now() >= endsAt(held) - MARGIN_MS

  /** Renews the tokens before they run out. */
  function schedule(): void {
    clearTimeout(timer)
    if (!tokens || tokens.lifeMs === null) return
    const { at, lifeMs } = tokens
    wakeAt(at + Math.max((lifeMs * 2) / 3, lifeMs - EARLY_MS))
  }

  function wakeAt(moment: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void wake(), Math.min(Math.max(0, moment - Date.now()), LONGEST_TIMER_MS))
  }

  async function wake(): Promise<void> {
    const before = tokens
    if (!before) return
    const renewal = await renew()
    if (renewal === 'renewed' || !isStill(before)) return
    if (hasEnded(before)) pauseRequests(renewal === 'absent' ? 'expired' : 'unreachable')
    if (renewal === 'unreachable') wakeAt(Date.now() + RETRY_MS)
    else if (!hasEnded(before)) wakeAt(endsAt(before))
  }

  // Renewing

  function renew(): Promise<Renewal> {
    renewing ??= navigator.locks
      .request(LOCK, renewInTurn)
      .catch((): Renewal => 'unreachable')
      .finally(() => {
        renewing = undefined
      })
    return renewing
  }

  async function renewInTurn(): Promise<Renewal> {
    const before = tokens
    if (!before) return 'absent'
    if (await takeFromTabs(before, TABS_WITHIN_MS_IN_BACKGROUND)) return 'renewed'
    try {
      const next = (await byRefreshToken(before)) ?? (await silently(before))
      if (!isStill(before)) return tokens ? 'renewed' : 'absent'
      got(next)
      return 'renewed'
    } catch (error) {
      return error instanceof SignInError && error.kind === 'unreachable' ? 'unreachable' : 'absent'
    }
  }

  /** Null if there is no refresh token, or if the provider doesn't take it any more. */
  async function byRefreshToken(before: Tokens): Promise<Tokens | null> {
    if (before.refresh === null) return null
    try {
      return await refresh(reached(), before)
    } catch (error) {
      if (error instanceof SignInError && error.kind === 'unreachable') throw error
      if (isStill(before)) tokens = { ...before, refresh: null }
      return null
    }
  }

  /** Signs in by the session at the provider, in a hidden frame. */
  async function silently(before: Tokens | null): Promise<Tokens> {
    const transaction = newTransaction()
    const url = await authorizationUrl(reached(), transaction, {
      prompt: 'none',
      idTokenHint: before?.id,
    })
    const query = await askInFrame(tabs, url, transaction.state)
    const next = await redeem(reached(), query, transaction)
    // Somebody else has signed in at the provider. What is on this page is not theirs.
    if (before && next.subject !== before.subject)
      throw new SignInError('absent', 'Somebody else is signed in at the provider.')
    return next
  }

  const credential: Credential = {
    async current() {
      if (!tokens) return null
      if (!hasEnded(tokens)) return tokens.access
      return afterRenewal(await renew())
    },
    async renewed(refused) {
      if (!tokens) return null
      if (tokens.access !== refused) return tokens.access
      if (!isProven && !hasEnded(tokens)) {
        pauseRequests('refused')
        return null
      }
      return afterRenewal(await renew())
    },
    accepted(bearer) {
      if (tokens?.access === bearer) isProven = true
    },
  }

  function afterRenewal(renewal: Renewal): string | null {
    if (renewal === 'renewed' && tokens) return tokens.access
    pauseRequests(renewal === 'absent' ? 'expired' : 'unreachable')
    if (renewal === 'unreachable') wakeAt(Date.now() + RETRY_MS)
    return null
  }

  // Other tabs

  /** Takes over the tokens of another tab, if it has newer ones. */
  function takeFromTabs(than: Tokens | null, withinMs = TABS_WITHIN_MS): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isFound: boolean) => {
        clearTimeout(late)
        stop()
        resolve(isFound)
      }
      // The listener below, which is older, has taken them.
      const stop = tabs.listen((message) => {
        if (message.type === 'tokens' && isNewer(message.tokens, than)) end(true)
      })
      const late = setTimeout(() => end(false), withinMs)
      tabs.post({ type: 'ask' })
    })
  }

  const isNewer = (one: Tokens, than: Tokens | null) => !than || one.at > than.at

  tabs.listen((message) => {
    if (message.type === 'ask' && tokens && !hasEnded(tokens)) tabs.post({ type: 'tokens', tokens, isProven })
    if (message.type === 'tokens' && isNewer(message.tokens, tokens)) {
      adopt(message.tokens, message.isProven)
      onProblem(null)
    }
    if (message.type === 'signed-out') forget()
  })

  // The timers of a sleeping machine are late.
  const wakeUp = () => {
    if (tokens && (hasEnded(tokens) || pause.peek() === 'unreachable')) void wake()
  }
  addEventListener('online', wakeUp)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') wakeUp()
  })

  function forget(): void {
    clearTimeout(timer)
    tokens = null
    if (session.peek()?.kind === 'openid') leaveSession()
  }

  // Signing in and out

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
    if (!wasSignedIn() || (await takeFromTabs(null))) return
    try {
      await reach()
    } catch (error) {
      return reportProblem(error)
    }
    try {
      got(await silently(null), false)
    } catch (error) {
      const problem = problemOf(error)
      if (problem.kind === 'failed') return reportProblem(problem)
      // A browser may keep the provider's cookies from a frame. Then only the whole page can ask.
      await depart({ prompt: 'none', silent: true }).catch(reportProblem)
    }
  }

  async function comeBack(query: string, departure: Departure): Promise<void> {
    try {
      got(await redeem(reached(), query, departure), false)
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

    retry: () => void wake(),

    async signOut() {
      const held = tokens
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
      forget()
    },
  }

  async function inWindow(beside: Window): Promise<void> {
    const transaction = newTransaction()
    try {
      await reach()
      const url = await authorizationUrl(reached(), transaction, { loginHint: tokens?.email ?? undefined })
      const query = returnedFrom(transaction.state)
      beside.location.href = url
      const next = await redeem(reached(), await query, transaction)
      tabs.post({ type: 'taken', state: transaction.state, text: words().signIn.done })
      got(next, false)
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
