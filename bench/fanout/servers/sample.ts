/** A message as Guildhall's subscribers receive it. The others send the same one with another number. */
export interface Sample {
  readonly text: string
  readonly orgId: string
}

// biome-ignore lint/suspicious/noExplicitAny: it is Guildhall's result of the operation
export type Event = any

/** The event of the sample, with another number. */
export const numbered = ({ text }: Sample, seq: number): Event => ({
  ...JSON.parse(text).payload.data.orgInviteEvents,
  seq,
})

/** A command to send events: first `{ sample }` once, then the number of events to send. */
export type Trigger = { sample: Sample } | { events: number }

/** Handles triggers. Responds once the events are passed to the pub/sub. */
export function triggers(
  publish: (sample: Sample, seq: number) => unknown,
): (trigger: Trigger) => Promise<void> {
  let sample: Sample | undefined
  let seq = 0
  return async (trigger) => {
    if ('sample' in trigger) sample = trigger.sample
    else if (!sample) throw new Error('there is no sample')
    else for (let left = trigger.events; left > 0; left--) await publish(sample, ++seq)
  }
}
