import type { Context } from '../../graphql/context.js'
import type { Audience } from '../../streams/eventStreams.js'

/** The context of one event's execution, which tells whether the answer came to depend on who is watching. */
export interface EventContext {
  readonly context: Context
  /** Whether anybody looked at the actor: then the answer is for this viewer alone. */
  readonly isPersonal: () => boolean
}

/**
 * Made anew for each event: loaders remember nothing of the event before. It has what all who share an answer have
 * in common, and the actor behind a guard: whatever else a field wants to know of its viewer it must ask the actor,
 * and so gives itself away. A new property of `Context` has to be decided on here before this compiles.
 */
export function eventContext({ app, actor }: Context, audience: Audience): EventContext {
  let personal = false
  const context: Required<Context> = {
    app,
    audience,
    get actor() {
      personal = true
      return actor
    },
  }
  return { context, isPersonal: () => personal }
}
