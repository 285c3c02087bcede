import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'
import { type MailFailure, type MailProblem, mailFailureOf } from './failure.js'
import type { Mailer } from './mail.js'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** How often `whileClosed` runs, ms. */
const RUN_EVERY_MS = 2_000
/** So many BUSY replies in a row close the gate. One is not enough: some servers reject only a second connection. */
const BUSY_IN_A_ROW = 3

/** A circuit breaker for mails: open while the mail server accepts mails, closed while it accepts none. */
export interface MailGate {
  /** Resolves once a mail may be sent. */
  opened(): Promise<void>
  /** Call it after the server accepted a mail, or refused only that mail or its recipient. */
  reportSuccess(): void
  /** Call it after a failure. Closes the gate if the next mail would fail in the same way. */
  reportFailure(failure: MailFailure): void
  stop(): void
}

/** The problems that `Mailer.check` can detect, so that it also detects their end. */
const detectedByCheck: ReadonlySet<MailProblem> = new Set(['UNREACHABLE', 'SIGN_IN_REFUSED', 'INSECURE'])

/** What the operator can do. */
export const mailHints: Partial<Record<MailProblem, string>> = {
  UNREACHABLE: 'Check host and port in SMTP_URL.',
  SIGN_IN_REFUSED: 'Check user and password in SMTP_URL.',
  SENDER_REFUSED: 'Check MAIL_FROM: the mail server has to let this service send as that address.',
  INSECURE:
    'Name the certificate’s authority in NODE_EXTRA_CA_CERTS, or trust any certificate with ?tls.rejectUnauthorized=false at the end of SMTP_URL. smtps:// is for ports that speak TLS from the start.',
}

/**
 * The gate of one server process. It logs once that mails fail, with the reason, and once that they work again. While it
 * is closed, it checks the mail server: first after 1 s, later every 30 s.
 * @param whileClosed runs every 2 s while the gate is closed, with the reason
 */
export function openMailGate({
  mailer,
  log,
  whileClosed,
  isDatabaseAway,
}: {
  mailer: Pick<Mailer, 'server' | 'check'> | null
  log: Pick<Log, 'info' | 'warn'>
  whileClosed: (failure: MailFailure) => Promise<void>
  /** Whether an error means that the database is unreachable. */
  isDatabaseAway: (error: unknown) => boolean
}): MailGate {
  const outage = outageOf('Mail', log)
  const giveUpOutage = outageOf('Giving up overdue mails', log, isDatabaseAway)
  const stopping = new AbortController()
  let closed: { reopened: Promise<void>; open: () => void } | undefined
  /** The number of waits since a mail was accepted. */
  let waits = 0
  let busy = 0

  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})
  const check = async () => {
    try {
      await mailer?.check?.()
    } catch (error) {
      return mailFailureOf(error)
    }
    return undefined
  }
  const canCheckDetect = ({ problem }: MailFailure) =>
    mailer?.check !== undefined && detectedByCheck.has(problem)

  const close = (failure: MailFailure, isConfirmed: boolean) => {
    if (closed || stopping.signal.aborted) return
    let open = () => {}
    const reopened = new Promise<void>((resolve) => {
      open = resolve
    })
    closed = { reopened, open }
    void stayClosed(closed, failure, isConfirmed)
  }

  const open = () => {
    closed?.open()
    closed = undefined
  }

  async function stayClosed(mine: typeof closed, first: MailFailure, isConfirmed: boolean): Promise<void> {
    const isOver = () => closed !== mine || stopping.signal.aborted
    let failure = first
    if (!isConfirmed && canCheckDetect(failure)) {
      // The failure may concern that one mail only, such as a broken connection. Check the server first.
      const still = await check()
      if (isOver()) return
      if (!still) return open()
      failure = still
    }
    const { problem, code, message: reason } = failure
    const server = mailer?.server
    outage.report(failure, { server, problem, code, reason, hint: server && mailHints[problem] })
    for (;;) {
      const wait = Math.min(FIRST_WAIT_MS * 2 ** waits++, LONGEST_WAIT_MS) * (1 - Math.random() / 2)
      const until = performance.now() + wait
      for (let left = wait; left > 0 && !isOver(); left = until - performance.now()) {
        await pause(Math.min(left, RUN_EVERY_MS))
        if (isOver()) return
        try {
          await whileClosed(failure)
          giveUpOutage.over()
        } catch (error) {
          if (!stopping.signal.aborted) giveUpOutage.report(error)
        }
      }
      if (isOver()) return
      const still = await check()
      if (isOver()) return
      if (!still) break
      failure = still
    }
    if (canCheckDetect(failure)) {
      waits = 0
      outage.over()
    }
    open()
  }

  // Check at the start, so that a wrong setting is logged before the first mail.
  void check().then((failure) => failure && close(failure, true))

  const reportSuccess = () => {
    waits = 0
    busy = 0
    outage.over()
    open()
  }
  return {
    opened: () => closed?.reopened ?? Promise.resolve(),
    reportSuccess,
    reportFailure(failure) {
      if (!failure.isAboutUs) reportSuccess()
      else if (failure.problem !== 'BUSY' || ++busy >= BUSY_IN_A_ROW) close(failure, false)
    },
    stop: () => stopping.abort(),
  }
}
