import { cleanText } from '../lib/cleanText.js'
import type { Log } from '../lib/log.js'
import type { ObservedOperation, OperationObserver } from '../lib/observedOperation.js'

/** In characters. A document may name its operation with as many as it has. */
const MAX_NAME = 100
const MAX_SOCKET_ID = 64

const inTenths = (ms: number): number => Math.round(ms * 10) / 10

/** What is the same in all lines of one operation. */
const factsOf = ({ requestId, traceId, kind, socketId, page, caller, facts }: ObservedOperation) => ({
  requestId,
  traceId,
  kind,
  ...(socketId !== undefined && { socketOperation: cleanText(socketId, MAX_SOCKET_ID) }),
  ...(kind === 'page' && { page: page ?? 'none' }),
  ...caller,
  ...(facts && {
    operation: facts.name === undefined ? undefined : cleanText(facts.name, MAX_NAME),
    type: facts.type,
    cost: facts.cost,
  }),
})

/**
 * Writes one line for each request: who asked what, how long it took and what came of it. A subscription has a line at
 * its start and one at its end. The lines contain no variables, no addresses and no paths, which may hold secrets.
 */
export const accessLog = (log: Pick<Log, 'info'>): OperationObserver => ({
  streamStarted: (operation) =>
    log.info(
      { ...factsOf(operation), ms: inTenths(operation.durationMs), statements: operation.statements },
      'subscription started',
    ),
  finished: (operation) => {
    const { isStream, kind, statements, events, outcome, refusal, errorCode, status } = operation
    log.info(
      {
        ...factsOf(operation),
        ms: inTenths(operation.durationMs),
        // What a running stream reads is read for all its subscribers together.
        ...(isStream ? { events } : kind !== 'page' && { statements }),
        outcome,
        ...(outcome === 'refused' && { refusal }),
        ...(errorCode !== undefined && { code: errorCode }),
        status,
      },
      isStream ? 'subscription ended' : 'request',
    )
  },
})
