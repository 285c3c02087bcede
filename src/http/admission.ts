import { performance as eventLoop } from 'node:perf_hooks'
import { rateLimited, unavailable } from '../errors.js'
import { counter } from './tally.js'
import { UnderWay } from './underWay.js'

/** Operations that are worked on at once. More would only wait for one another, each of them longer. */
const AT_ONCE = 64
/** The same during an overload: the fewer share the processor, the sooner each of them is answered. */
const AT_ONCE_OVERLOADED = 16
/**
 * One that takes longer waits for something other than this process, a lock say, and is in nobody's way. Where the
 * process itself is busy everything takes long, so that a short time says nothing.
 */
const LONG_MS = 250
const LONG_WHILE_BUSY_MS = 2_000
/** Share of its time that the event loop is at work, from which on the process counts as busy. */
const BUSY = 0.8
/** How long an operation waits for its turn. It may be long where many came at the same moment … */
const PATIENCE_MS = 500
/** … and has to be short during an overload, or everybody would wait as long. */
const OVERLOADED_PATIENCE_MS = 50
const LOOK_EVERY_MS = 20
/** If more come than can be begun in so many looks one after the other, that is an overload and not a burst. */
const OVERLOADED_AFTER_LOOKS = 5
/** An overload is over once no more came than could be begun for so long. */
const OVER_AFTER_LOOKS = 50

/** An operation's place among those under way. */
export interface Place {
  /**
   * Resolves once it is this operation's turn.
   * @throws {CodedError} UNAVAILABLE where its turn would come too late
   */
  turn(): Promise<void> | undefined
  /**
   * Counts it under who asks, once that is known.
   * @throws {CodedError} RATE_LIMITED
   */
  belongsTo(caller: string): void
  /** The work is done, and the next may have its turn. */
  worked(): void
  /** Nothing of it is left here: its answer was taken, or it has become a stream. */
  leave(): void
}

export interface Admission {
  /** @throws {CodedError} UNAVAILABLE where so many operations are under way that one more would not be begun */
  checkRoom(): void
  /**
   * @param credential what it is counted under before anybody is identified
   * @throws {CodedError} UNAVAILABLE, RATE_LIMITED
   */
  enter(credential: string): Place
  stop(): void
}

const tooManyOfCaller = () => rateLimited(1_000)
const overloaded = () => unavailable('The service has too much to do at the moment. Try again soon.')

/**
 * Decides which operations are begun while more come than can be done. A few are worked on at once, the others wait
 * for a moment, and whatever would wait longer is refused at once: so those that are answered are answered in time.
 * The newest goes first, because whoever has waited long is the likeliest to have left.
 * @param onRefused is told of each operation that is refused because there is too much to do
 */
export const admission = (
  limits: { inFlight: number; inFlightPerCaller: number },
  onRefused: (why: 'too many under way' | 'waited too long') => void = () => {},
): Admission => {
  const ofCredentials = counter(limits.inFlightPerCaller)
  const ofCallers = counter(limits.inFlightPerCaller)
  const working = new UnderWay<Operation>()
  let atWork = 0
  let waiting: Operation[] = []
  let inFlight = 0
  /** Since the last look. */
  let came = 0
  let begun = 0
  /** Looks one after the other in which more came than could be begun, or in which no more did. */
  let growing = 0
  let shrinking = 0
  let isOverloaded = false

  class Operation implements Place {
    begunAt = 0
    waitsSince = 0
    private left = false
    private caller: string | undefined
    private endWork: (() => void) | undefined
    private begin: (() => void) | undefined
    private refuse: ((error: unknown) => void) | undefined

    constructor(private readonly credential: string) {}

    turn(): Promise<void> | undefined {
      came++
      if (waiting.length === 0 && atWork < atOnce()) {
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
      begun++
      this.begunAt = performance.now()
      this.endWork = working.add(this)
      atWork++
      this.begin?.()
    }

    tooLate(): void {
      onRefused('waited too long')
      this.refuse?.(overloaded())
    }

    belongsTo(caller: string): void {
      if (this.left) return
      if (!ofCallers.add(caller)) throw tooManyOfCaller()
      this.caller = caller
    }

    worked(): void {
      if (!this.endWork) return
      this.giveTurnUp()
      startNext()
    }

    /** It goes on, but others need not wait for it. */
    giveTurnUp(): void {
      this.endWork?.()
      this.endWork = undefined
      atWork--
    }

    leave(): void {
      if (this.left) return
      this.left = true
      inFlight--
      ofCredentials.remove(this.credential)
      if (this.caller !== undefined) ofCallers.remove(this.caller)
      const place = waiting.indexOf(this)
      if (place !== -1) waiting.splice(place, 1)
      this.worked()
    }
  }

  const atOnce = () => (isOverloaded ? AT_ONCE_OVERLOADED : AT_ONCE)

  const startNext = () => {
    while (atWork < atOnce()) {
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

  const judgeLoad = () => {
    const grew = came > begun
    came = 0
    begun = 0
    growing = grew ? growing + 1 : 0
    shrinking = grew ? 0 : shrinking + 1
    if (growing >= OVERLOADED_AFTER_LOOKS) isOverloaded = true
    if (shrinking >= OVER_AFTER_LOOKS) isOverloaded = false
  }

  const look = () => {
    judgeLoad()
    if (waiting.length === 0) return
    const longMs = isBusy() ? LONG_WHILE_BUSY_MS : LONG_MS
    const now = performance.now()
    for (const operation of working) if (now - operation.begunAt > longMs) operation.giveTurnUp()
    const patience = isOverloaded ? OVERLOADED_PATIENCE_MS : PATIENCE_MS
    const isInTime = ({ waitsSince }: Operation) => now - waitsSince <= patience
    const late = waiting.filter((operation) => !isInTime(operation))
    if (late.length > 0) waiting = waiting.filter(isInTime)
    for (const operation of late) operation.tooLate()
    startNext()
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()

  const checkRoom = () => {
    if (inFlight < limits.inFlight) return
    onRefused('too many under way')
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
    stop: () => clearInterval(timer),
  }
}
