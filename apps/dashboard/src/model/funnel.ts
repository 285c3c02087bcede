import type { Invite } from './types.js'

type Timed = Pick<Invite, 'status' | 'delivery' | 'sendCount' | 'createdAt' | 'resolvedAt'>

export interface Funnel {
  /** Invites that a mail was asked for. */
  readonly sent: number
  /** Of those, how many a mail server took at least once, or were answered, which proves that they arrived. */
  readonly delivered: number
  /** Of those, how many were accepted or declined. */
  readonly answered: number
  readonly accepted: number
  /** Invites for which no mail was asked: they take no part. */
  readonly withoutMail: number
  /** Milliseconds from being invited to accepting, the median of all accepted ones; null without any. */
  readonly medianToAccept: number | null
}

export function funnel(invites: Iterable<Timed>): Funnel {
  let sent = 0
  let delivered = 0
  let answered = 0
  let accepted = 0
  let withoutMail = 0
  const waits: number[] = []
  for (const invite of invites) {
    const isAnswered = invite.status === 'ACCEPTED' || invite.status === 'DECLINED'
    if (invite.status === 'ACCEPTED' && invite.resolvedAt) {
      waits.push(Date.parse(invite.resolvedAt) - Date.parse(invite.createdAt))
    }
    if (invite.delivery === 'NOT_SENT' && invite.sendCount === 0) {
      withoutMail++
      continue
    }
    sent++
    if (invite.delivery === 'SENT' || invite.sendCount > 0 || isAnswered) delivered++
    if (isAnswered) answered++
    if (invite.status === 'ACCEPTED') accepted++
  }
  return { sent, delivered, answered, accepted, withoutMail, medianToAccept: median(waits) }
}

/** The middle value, or the mean of the two middle ones; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}
