import type { Context } from '../../graphql/context.js'
import type { Audience } from '../../streams/eventStreams.js'

/** The context for executing one event. It detects whether the answer depends on the viewer. */
export interface EventContext {
  readonly context: Context
  /** Whether the execution has read the actor. Then the answer is only for this viewer. */
  readonly isPersonal: () => boolean
}

/**
 * Creates a new context for each event, so that loaders keep nothing from the event before. The context contains what
 * all subscribers in a group have in common. The actor is behind a getter: a field that depends on the viewer must read
 * it, and this is detected. If somebody adds a property to `Context`, this does not compile until they handle it here.
 */
export function eventContext({ app, actor }: Context, audience: Audience): EventContext {
  let personal = false
  const context: Required<Context> = {
    app,
    audience,
    callerKey: '',
    get actor() {
      personal = true
      return actor
    },
  }
  return { context, isPersonal: () => personal }
}
