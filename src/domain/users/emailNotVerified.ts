import { Refusal } from '../core/refusal.js'

export class EmailNotVerifiedError extends Refusal {
  constructor() {
    super('Your e-mail address is not verified: verify it with your identity provider and sign in again.')
  }
}
