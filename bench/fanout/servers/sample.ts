/** A message of Guildhall's, as its subscribers get it: what the others send is the same but for the number. */
export interface Sample {
  readonly text: string
  readonly orgId: string
}

// biome-ignore lint/suspicious/noExplicitAny: it is what Guildhall made of the operation
export type Event = any

/** The event in it, with another number. */
export const numbered = ({ text }: Sample, seq: number): Event => ({
  ...JSON.parse(text).payload.data.orgInviteEvents,
  seq,
})

/** What makes events happen here: `{ sample }` once, then how many to send, which are numbered here. */
export type Trigger = { sample: Sample } | { events: number }

/** Takes triggers up; answered once the events are handed over to whatever sends them. */
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
