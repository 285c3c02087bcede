import { performance as eventLoop } from 'node:perf_hooks'
import { rateLimited, unavailable } from '../errors.js'
import { limitMet } from '../lib/channels.js'
import { ActiveSet } from './activeSet.js'
import { keyLimit } from './callerLimit.js'

/** The most operations that run at once. With more, each one would only take longer. */
const AT_ONCE = 64
/** The same during an overload. With fewer operations at once, each is answered sooner. */
const AT_ONCE_OVERLOADED = 16
/**
 * An operation that runs longer than this does not wait for the processor but for something else, for example a lock.
 * It then no longer counts as running. While the process is busy every operation takes long, so the limit is higher.
 */
const LONG_MS = 250
const LONG_WHILE_BUSY_MS = 2_000
/** The process counts as busy from this utilization of the event loop. */
const BUSY = 0.8
/** How long an operation may wait until it starts. This is enough for a burst. */
const PATIENCE_MS = 500
/** The same during an overload. It is short, because during an overload nearly every operation waits this long. */
const OVERLOADED_PATIENCE_MS = 50
const CHECK_EVERY_MS = 20
/** If more operations arrive than start in this many consecutive checks, it is an overload and not a burst. */
const OVERLOADED_AFTER_CHECKS = 5
/** An overload ends after this many consecutive checks in which no more operations arrived than started. */
const OVER_AFTER_CHECKS = 50

/** The place of one operation in flight. */
export interface Slot {
  /**
   * Waits until the operation may run.
   * @throws {CodedError} UNAVAILABLE if that takes too long
   */
  turn(): Promise<void> | undefined
  /**
   * Counts the operation for its caller, once the caller is known.
   * @throws {CodedError} RATE_LIMITED
   */
  countFor(caller: string): void
  /** The operation has run, and the next one may start. */
  workDone(): void
  /** The operation is no longer in flight: the client has its answer, or it has become a stream. */
  release(): void
}

export interface Admission {
  /** @throws {CodedError} UNAVAILABLE if the most operations allowed are in flight */
  checkRoom(): void
  /**
   * @param credential the key to count by until the caller is identified
   * @throws {CodedError} UNAVAILABLE, RATE_LIMITED
   */
  enter(credential: string): Slot
  /** The operations that run or wait, and those of them that wait. */
  load(): { inFlight: number; waiting: number }
  stop(): void
}

const tooManyOfCaller = () => {
  limitMet.publish({ limit: 'operations_per_caller' })
  return rateLimited(1_000)
}
const overloaded = () => unavailable('The server is overloaded. Try again soon.')

/**
 * Admission control: a few operations run at once, the others wait for a moment, and an operation that would wait
 * longer is refused, so that admitted operations are answered in time. The newest one goes first, because a client
 * that has waited long has likely given up.
 * @param onRefused is called for each operation that is refused because of overload
 */
export const admission = (
  limits: { inFlight: number; inFlightPerCaller: number },
  onRefused: (why: 'too many in flight' | 'waited too long') => void = () => {},
): Admission => {
  const ofCredentials = keyLimit(limits.inFlightPerCaller)
  const ofCallers = keyLimit(limits.inFlightPerCaller)
  const running = new ActiveSet<Operation>()
  let runningCount = 0
  let waiting: Operation[] = []
  let inFlight = 0
  /** Operations since the last check. */
  let arrived = 0
  let started = 0
  /** Consecutive checks in which more operations arrived than started, or in which no more did. */
  let growing = 0
  let shrinking = 0
  let isOverloaded = false

  class Operation implements Slot {
    startedAt = 0
    waitsSince = 0
    private isReleased = false
    private caller: string | undefined
    private endWork: (() => void) | undefined
    private begin: (() => void) | undefined
    private refuse: ((error: unknown) => void) | undefined

    constructor(private readonly credential: string) {}

    turn(): Promise<void> | undefined {
      arrived++
      if (waiting.length === 0 && runningCount < atOnce()) {
        this.start()
        return undefined
      }
      this.waitsSince = performance.now()
      waiting.push(this)
      return new Promise((resolve, reject) => {
        this.begin = resolve
        this.refuse = reject
      })
    }

    start(): void {
      started++
      this.startedAt = performance.now()
      this.endWork = running.add(this)
      runningCount++
      this.begin?.()
    }

    tooLate(): void {
      limitMet.publish({ limit: 'wait_for_turn' })
      onRefused('waited too long')
      this.refuse?.(overloaded())
    }

    countFor(caller: string): void {
      if (this.isReleased) return
      if (!ofCallers.add(caller)) throw tooManyOfCaller()
      this.caller = caller
    }

    workDone(): void {
      if (!this.endWork) return
      this.yieldTurn()
      startNext()
    }

    /** The operation continues, but no longer counts as running. */
    yieldTurn(): void {
      this.endWork?.()
      this.endWork = undefined
      runningCount--
    }

    release(): void {
      if (this.isReleased) return
      this.isReleased = true
      inFlight--
      ofCredentials.remove(this.credential)
      if (this.caller !== undefined) ofCallers.remove(this.caller)
      const position = waiting.indexOf(this)
      if (position !== -1) waiting.splice(position, 1)
      this.workDone()
    }
  }

  const atOnce = () => (isOverloaded ? AT_ONCE_OVERLOADED : AT_ONCE)

  const startNext = () => {
    while (runningCount < atOnce()) {
      const next = waiting.pop()
      if (!next) return
      next.start()
    }
  }

  let loop = eventLoop.eventLoopUtilization()
  const isBusy = () => {
    const before = loop
    loop = eventLoop.eventLoopUtilization()
    return eventLoop.eventLoopUtilization(loop, before).utilization >= BUSY
  }

  const detectOverload = () => {
    const grew = arrived > started
    arrived = 0
    started = 0
    growing = grew ? growing + 1 : 0
    shrinking = grew ? 0 : shrinking + 1
    if (growing >= OVERLOADED_AFTER_CHECKS) isOverloaded = true
    if (shrinking >= OVER_AFTER_CHECKS) isOverloaded = false
  }

  const check = () => {
    detectOverload()
    if (waiting.length === 0) return
    const longMs = isBusy() ? LONG_WHILE_BUSY_MS : LONG_MS
    const now = performance.now()
    for (const operation of running) if (now - operation.startedAt > longMs) operation.yieldTurn()
    const patience = isOverloaded ? OVERLOADED_PATIENCE_MS : PATIENCE_MS
    const isInTime = ({ waitsSince }: Operation) => now - waitsSince <= patience
    const late = waiting.filter((operation) => !isInTime(operation))
    if (late.length > 0) waiting = waiting.filter(isInTime)
    for (const operation of late) operation.tooLate()
    startNext()
  }
  const timer = setInterval(check, CHECK_EVERY_MS)
  timer.unref()

  const checkRoom = () => {
    if (inFlight < limits.inFlight) return
    limitMet.publish({ limit: 'operations_in_flight' })
    onRefused('too many in flight')
    throw overloaded()
  }

  return {
    checkRoom,
    enter(credential) {
      checkRoom()
      if (!ofCredentials.add(credential)) throw tooManyOfCaller()
      const operation = new Operation(credential)
      inFlight++
      return operation
    },
    load: () => ({ inFlight, waiting: waiting.length }),
    stop: () => clearInterval(timer),
  }
}
