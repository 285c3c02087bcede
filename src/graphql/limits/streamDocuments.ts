import type { DocumentNode } from 'graphql'
import { CodedError, unavailable } from '../../errors.js'
import { weightOf } from './documents.js'

/** The most memory for the documents of all open streams, bytes. Streams with the same document share it. */
const MAX_BYTES = 64 * 1_048_576
/** The same for one caller: enough for some hundreds of usual documents. */
const MAX_BYTES_PER_CALLER = 8 * 1_048_576

/** Limits the memory for the documents of open streams. A stream needs its document for each event until it ends. */
export interface StreamDocuments {
  /**
   * Counts the document of a stream.
   * @returns stops counting it; may be called twice
   * @throws {CodedError} RATE_LIMITED if this caller holds too much, UNAVAILABLE if all callers together do
   */
  hold(document: DocumentNode, caller: string): () => void
}

/** Documents, with the number of streams that use each. */
class Holdings {
  private readonly uses = new Map<DocumentNode, number>()
  private bytes = 0

  constructor(private readonly maxBytes: number) {}

  /** Returns false and counts nothing if there is no room for this document. */
  add(document: DocumentNode, weight: number): boolean {
    const uses = this.uses.get(document) ?? 0
    if (uses === 0) {
      if (this.bytes + weight > this.maxBytes) return false
      this.bytes += weight
    }
    this.uses.set(document, uses + 1)
    return true
  }

  remove(document: DocumentNode, weight: number): void {
    const uses = this.uses.get(document) ?? 0
    if (uses > 1) this.uses.set(document, uses - 1)
    else if (this.uses.delete(document)) this.bytes -= weight
  }

  get isEmpty(): boolean {
    return this.uses.size === 0
  }
}

/** Without this limit a client could fill the memory: it opens many streams, each with a different document. */
export function streamDocuments(): StreamDocuments {
  const ofAll = new Holdings(MAX_BYTES)
  const ofCallers = new Map<string, Holdings>()
  const weights = new WeakMap<DocumentNode, number>()

  function weigh(document: DocumentNode): number {
    const known = weights.get(document)
    if (known !== undefined) return known
    const weight = weightOf(document, document.loc?.source.body ?? '')
    weights.set(document, weight)
    return weight
  }

  return {
    hold(document, caller) {
      const weight = weigh(document)
      const own = ofCallers.get(caller) ?? new Holdings(MAX_BYTES_PER_CALLER)
      if (!own.add(document, weight)) throw tooMuchOfCaller()
      if (!ofAll.add(document, weight)) {
        own.remove(document, weight)
        throw unavailable()
      }
      ofCallers.set(caller, own)
      let held = true
      return () => {
        if (!held) return
        held = false
        ofAll.remove(document, weight)
        own.remove(document, weight)
        if (own.isEmpty) ofCallers.delete(caller)
      }
    },
  }
}

const tooMuchOfCaller = () =>
  new CodedError(
    'RATE_LIMITED',
    'Your open streams hold too many different documents. Ask the same document with variables, or close some streams.',
  )
