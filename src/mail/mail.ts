/** One mail to one address. */
export type Mail = {
  /** With angle brackets. The same for every attempt at the same mail, so that duplicates can be recognised. */
  readonly messageId: string
  /** One bare ASCII address. Several addresses, or one with a display name, are refused. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where answers go: one bare ASCII address. */
  readonly replyTo?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends mails. Without mail settings there is none: `Mailer | null`. */
export interface Mailer {
  /** The mail server's host and port, for the log. */
  readonly server?: string
  /**
   * Resolves once the mail server has accepted the mail. Rejects otherwise; `mailFailureOf` tells whether to try again.
   * Even then the mail may have arrived.
   */
  send(mail: Mail, signal?: AbortSignal): Promise<void>
  /**
   * Connects and signs in, but sends nothing. Rejects with a `MailFailure` if that fails. Undefined if there is no
   * server to connect to.
   */
  check?(): Promise<void>
  /** Finishes the mails that are being sent, and accepts no more. */
  close(): void
}
