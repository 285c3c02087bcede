import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'
import { type MailFailure, type MailProblem, mailFailureOf } from './failure.js'
import type { Mailer } from './mail.js'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** How often `whileClosed` runs. */
const LOOK_EVERY_MS = 2_000
/** So often in a row has a server to say that it is busy: some say so to a second connection only. */
const BUSY_IN_A_ROW = 3

/** Lets mails be tried while the mail server takes any, and holds them back while it takes none. */
export interface MailGate {
  /** Resolves once a mail may be tried. */
  opened(): Promise<void>
  /** The server took a mail, or said something about that one mail or its recipient. */
  took(): void
  /** No mail was taken. Closes the gate where the next one would meet the same. */
  refused(failure: MailFailure): void
  stop(): void
}

/** What connecting and signing in would meet again, and so finds out when it is over. */
const seenByCheck: ReadonlySet<MailProblem> = new Set(['UNREACHABLE', 'SIGN_IN_REFUSED', 'INSECURE'])

/** What the operator can look at. */
const hints: Partial<Record<MailProblem, string>> = {
  UNREACHABLE: 'Check host and port in SMTP_URL.',
  SIGN_IN_REFUSED: 'Check user and password in SMTP_URL.',
  SENDER_REFUSED: 'Check MAIL_FROM: the mail server has to let this service send as that address.',
  INSECURE:
    'Name the certificate’s authority in NODE_EXTRA_CA_CERTS, or trust any certificate with ?tls.rejectUnauthorized=false at the end of SMTP_URL. smtps:// is for ports that speak TLS from the start.',
}

/**
 * The gate of one server process. It logs once that mails fail, and why, and once that they are taken again.
 * While it is closed the mail server is asked now and then: at first after a second, later every 30 s.
 * @param whileClosed runs every few seconds with what keeps the gate closed
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
  /** Says that the database is away, where an error says so. */
  isDatabaseAway: (error: unknown) => boolean
}): MailGate {
  const outage = outageOf('Mail', log)
  const givingUp = outageOf('Giving up mails whose time is over', log, isDatabaseAway)
  const stopping = new AbortController()
  let closed: { reopened: Promise<void>; open: () => void } | undefined
  /** Times that the gate was closed, or stayed so, since a mail was taken. */
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
  const checkSees = ({ problem }: MailFailure) => mailer?.check !== undefined && seenByCheck.has(problem)

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
    if (!isConfirmed && checkSees(failure)) {
      // A connection that broke may have been that one mail's bad luck.
      const still = await check()
      if (isOver()) return
      if (!still) return open()
      failure = still
    }
    const { problem, code, message: reason } = failure
    const server = mailer?.server
    outage.report(failure, { server, problem, code, reason, hint: server && hints[problem] })
    for (;;) {
      const wait = Math.min(FIRST_WAIT_MS * 2 ** waits++, LONGEST_WAIT_MS) * (1 - Math.random() / 2)
      const until = performance.now() + wait
      for (let left = wait; left > 0 && !isOver(); left = until - performance.now()) {
        await pause(Math.min(left, LOOK_EVERY_MS))
        if (isOver()) return
        try {
          await whileClosed(failure)
          givingUp.over()
        } catch (error) {
          if (!stopping.signal.aborted) givingUp.report(error)
        }
      }
      if (isOver()) return
      const still = await check()
      if (isOver()) return
      if (!still) break
      failure = still
    }
    if (checkSees(failure)) {
      waits = 0
      outage.over()
    }
    open()
  }

  // So that a wrong setting is in the log before somebody waits for a mail.
  void check().then((failure) => failure && close(failure, true))

  const took = () => {
    waits = 0
    busy = 0
    outage.over()
    open()
  }
  return {
    opened: () => closed?.reopened ?? Promise.resolve(),
    took,
    refused(failure) {
      if (!failure.isAboutUs) took()
      else if (failure.problem !== 'BUSY' || ++busy >= BUSY_IN_A_ROW) close(failure, false)
    },
    stop: () => stopping.abort(),
  }
}
