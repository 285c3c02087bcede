import { effect, signal } from '@preact/signals'
import { enterWith, fixed, leaveSession } from './credential.js'
import type { OpenId } from './openId/openId.js'
import type { SignInError } from './openId/provider.js'
import { fetchSignInWay, type SignInWay } from './openId/settings.js'
import { pause, type Session, session } from './session.js'

/** How people sign in here. Null until the server has told. */
export const signInWay = signal<SignInWay | null>(null)

/** Whether the page still finds out who is signed in. */
export const starting = signal(true)

/** Why the last sign-in failed. */
export const signInProblem = signal<SignInError | null>(null)

let openId: OpenId | undefined

const RETRY_MS = 3_000

/** Finds out how people sign in, and who is signed in. Call it once, when the page opens. */
export async function startSignIn(): Promise<void> {
  const isWanted = takeWish()
  const restored = restore()
  if (restored) {
    enterWith(restored, fixed(restored.token))
    starting.value = false
  }
  await learnWay()
  if (!session.peek()) await openId?.start()
  if (isWanted && !session.peek() && !signInProblem.peek()) await leaveToSignIn()
  starting.value = false
}

/** Whether a link led here to sign in (/auth/sign-in). The address is then as without it. */
function takeWish(): boolean {
  const url = new URL(location.href)
  if (!url.searchParams.has('sign-in')) return false
  url.searchParams.delete('sign-in')
  history.replaceState(history.state, '', url)
  return true
}

async function learnWay(): Promise<void> {
  let way = await fetchSignInWay()
  while (way.kind === 'unknown') {
    signInWay.value = way
    starting.value = false
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    way = await fetchSignInWay()
  }
  if (way.kind === 'openid' && isSecureContext) {
    const { openOpenId } = await import('./openId/openId.js')
    openId = openOpenId(way, (problem) => {
      signInProblem.value = problem
    })
  }
  signInWay.value = way
}

/** Leaves for the provider, and comes back to this very page. Resolves only if that fails. */
export async function leaveToSignIn(options?: { otherAccount?: boolean }): Promise<void> {
  await openId?.leaveToSignIn(options)
}

/** Lets the person sign in with another account. */
export function changeAccount(): void {
  if (signInWay.peek()?.kind === 'openid' && session.peek()?.kind === 'openid')
    void leaveToSignIn({ otherAccount: true })
  else void signOut()
}

/** Signs in again in another window, while this page stays. Null if the browser opened none. */
export function signInBeside(): Promise<void> | null {
  return openId?.signInBeside() ?? null
}

/** Tries to renew the sign-in at once. */
export function retryRenewal(): void {
  openId?.retry()
}

/** Signs in with a token that can't be renewed: one that was pasted, or that of a person of the demo. */
export function enterWithToken(token: string, name: string | null): void {
  const before = session.peek()
  const isSame = before !== null && pause.peek() !== null && isOfSameSubject(heldToken, token)
  heldToken = token
  enterWith(
    { token: isSame ? before.token : token, name, email: null, kind: name === null ? 'token' : 'person' },
    fixed(token),
  )
}

/** Signs out: in all tabs and at the provider, if there is one. */
export async function signOut(): Promise<void> {
  if (session.peek()?.kind === 'openid') await openId?.signOut()
  leaveSession()
}

// A token that can't be renewed ends with its tab: it is never in localStorage.

const KEY = 'guildhall.session'
let heldToken = ''

effect(() => {
  const current = session.value
  const isOver = pause.value !== null
  if (starting.value) return
  try {
    if (!current || current.kind === 'openid' || isOver) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, JSON.stringify({ token: heldToken, name: current.name }))
  } catch {
    // The browser may block storage. Then the session lasts as long as the page.
  }
})

function restore(): Session | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return null
    const token: unknown = Reflect.get(stored, 'token')
    const name: unknown = Reflect.get(stored, 'name')
    if (typeof token !== 'string') return null
    heldToken = token
    return typeof name === 'string'
      ? { token, name, email: null, kind: 'person' }
      : { token, name: null, email: null, kind: 'token' }
  } catch {
    return null
  }
}

/** Whether two JWTs name the same subject. Only to keep what is on the page: the server verifies. */
function isOfSameSubject(one: string, other: string): boolean {
  const subject = subjectOf(one)
  return subject !== null && subject === subjectOf(other)
}

function subjectOf(token: string): string | null {
  try {
    const [, payload = ''] = token.split('.')
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    const subject: unknown = typeof claims === 'object' && claims !== null ? Reflect.get(claims, 'sub') : null
    return typeof subject === 'string' ? subject : null
  } catch {
    return null
  }
}
