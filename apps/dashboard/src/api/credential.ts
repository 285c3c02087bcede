import { signal } from '@preact/signals'
import { ApiError } from './apiError.js'
import { type Pause, pause, type Session, session } from './session.js'

/** The tokens behind a session. Each function returns null if there is no token until the person signs in again. */
export interface Credential {
  /** The token to send now. */
  current(): Promise<string | null>
  /** A newer token than this one, which the server has refused. */
  renewed(refused: string): Promise<string | null>
  /** Called when the server has accepted a token. */
  accepted?(bearer: string): void
}

/** A token that can't be renewed. */
export const fixed = (token: string): Credential => ({
  current: async () => token,
  renewed: async () => null,
})

export interface Asking {
  readonly isMutation: boolean
  readonly signal?: AbortSignal | undefined
}

interface Waiting extends Asking {
  readonly name: string
  resolve(bearer: string): void
  reject(error: unknown): void
}

const MAX_WAITING = 30

const waiting = new Set<Waiting>()
let credential: Credential | null = null
let keepers = 0

/** The number of changes that wait for the person to sign in again. */
export const waitingChanges = signal(0)

/**
 * While it is kept, requests wait for the person to sign in again instead of failing. So nothing on the page is lost: not
 * what was typed, and not what was about to be loaded. Returns the function that ends it.
 */
export function keepRequests(): () => void {
  keepers++
  return () => {
    keepers--
    if (keepers === 0) rejectAll(() => true)
  }
}

/** Signs in. If this is the same sign-in as before, the waiting requests go on. */
export function enterWith(next: Session, nextCredential: Credential): void {
  const isSame = session.peek()?.token === next.token
  credential = nextCredential
  session.value = next
  pause.value = null
  if (!isSame) rejectAll(() => true)
  for (const one of takeWaiting(() => true)) bearerFor(one.name, null, one).then(one.resolve, one.reject)
}

export function leaveSession(): void {
  credential = null
  session.value = null
  pause.value = null
  rejectAll(() => true)
}

/** Fails the changes that wait: the person doesn't want to sign in now. What is loaded goes on waiting. */
export function giveUpChanges(): void {
  rejectAll((one) => one.isMutation)
}

export function pauseRequests(why: Pause): void {
  // Signing in again doesn't help there, so nothing else is said.
  if (session.peek() && pause.peek() !== 'refused') pause.value = why
}

/**
 * The token to send for a session.
 * @param refused the token that the server has refused a moment ago, or null
 * @throws {ApiError} UNAUTHENTICATED if there is none
 */
export async function bearerFor(name: string, refused: string | null, asking: Asking): Promise<string> {
  if (session.peek()?.token !== name || !credential) {
    if (refused !== null || isNameOnly(name)) throw unauthenticated()
    return name
  }
  if (pause.peek() === null) {
    const bearer = refused === null ? await credential.current() : await credential.renewed(refused)
    if (bearer !== null) return bearer
    if (session.peek()?.token === name && pause.peek() === null) pauseRequests('expired')
  }
  // A page that polls for hours must not send all of it at once later.
  const isFull = !asking.isMutation && waiting.size >= MAX_WAITING
  if (keepers === 0 || isFull || pause.peek() === 'refused') throw unauthenticated()
  return wait(name, asking)
}

/** Notes that the server has accepted a token that `bearerFor` gave. */
export function noteAccepted(bearer: string): void {
  credential?.accepted?.(bearer)
}

function wait(name: string, { isMutation, signal }: Asking): Promise<string> {
  return new Promise((resolve, reject) => {
    const one: Waiting = { name, isMutation, signal, resolve, reject }
    waiting.add(one)
    count()
    signal?.addEventListener('abort', () => {
      if (!waiting.delete(one)) return
      count()
      reject(signal.reason)
    })
  })
}

function takeWaiting(which: (one: Waiting) => boolean): Waiting[] {
  const taken = [...waiting].filter(which)
  for (const one of taken) waiting.delete(one)
  count()
  return taken
}

function rejectAll(which: (one: Waiting) => boolean): void {
  for (const one of takeWaiting(which)) one.reject(unauthenticated())
}

function count(): void {
  waitingChanges.value = [...waiting].filter((one) => one.isMutation).length
}

const unauthenticated = () => new ApiError('UNAUTHENTICATED', 'This sign-in is not accepted.')

/** The session of an OpenID sign-in is named by this, which no token can be. */
export const nameOfSubject = (subject: string): string => `openid ${subject}`

const isNameOnly = (name: string): boolean => name.includes(' ')
