/** One mail to one address. */
export type Mail = {
  /** With its angle brackets. The same at every try of the same mail, so that a doubled one can be told. */
  readonly messageId: string
  /** A bare ASCII address; who would name several, or a name with it, is refused. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What takes mails and delivers them. Where mail isn't configured there is none: `Mailer | null`. */
export interface Mailer {
  /** The mail server's host and port, for the log. */
  readonly server?: string
  /**
   * Resolves once the mail is in others' hands. Rejects where it may not be, for the caller to try again
   * or give up (`mailFailureOf`); it may have arrived all the same.
   */
  send(mail: Mail, signal?: AbortSignal): Promise<void>
  /**
   * Connects and signs in, and sends nothing. Rejects where that fails, with a `MailFailure`. Left out where there is
   * nothing to connect to.
   */
  check?(): Promise<void>
  /** Lets mails on their way arrive and takes no more. */
  close(): void
}
