import { type Credential, enterWith, leaveSession, nameOfSubject, pauseRequests } from '../credential.js'
import { pause, session } from '../session.js'
import { askInFrame } from './frame.js'
import { rememberSignedIn } from './handover.js'
import {
  authorizationUrl,
  newTransaction,
  type ReachedSettings,
  redeem,
  refresh,
  SignInError,
  type Tokens,
} from './provider.js'
import type { Tabs } from './tabs.js'

/** The tokens of a sign-in, for as long as the page is open: in memory only, renewed in time, the same in all tabs. */
export interface KeptTokens {
  current(): Tokens | null
  /**
   * Takes new tokens, and tells the other tabs.
   * @param proven whether the server has accepted a token of this sign-in; undefined if that is as before
   */
  got(next: Tokens, proven?: boolean): void
  /** Asks the other tabs for their tokens, and uses those. Resolves with false if no tab is signed in. */
  takeFromTabs(): Promise<boolean>
  /**
   * Gets tokens by the session at the provider, in a hidden frame.
   * @throws {SignInError} `absent` if there is no such session
   */
  fromSession(): Promise<Tokens>
  /** Renews them now, if the page needs it. */
  wake(): void
  forget(): void
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

/**
 * @param reached the provider; it throws a SignInError as long as nobody has reached it
 * @param onTaken called when there are new tokens
 */
export function keepTokens(tabs: Tabs, reached: () => ReachedSettings, onTaken: () => void): KeptTokens {
  let tokens: Tokens | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let renewing: Promise<Renewal> | undefined
  /** Whether the server has accepted a token of this sign-in. */
  let isProven = false

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
    onTaken()
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
      onTaken()
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

  return {
    current: () => tokens,
    got,
    takeFromTabs: () => takeFromTabs(null),
    fromSession: () => silently(null),
    wake: () => void wake(),
    forget,
  }
}
