/** Where strangers get addresses, and the package `free-email-domains` doesn't know of it yet. */
export const missingProviders: readonly string[] = [
  // Mailboxes for everyone.
  'disroot.org',
  'gmail.de',
  'hey.com',
  'keemail.me',
  'kolabnow.com',
  'mailbox.org',
  'riseup.net',
  'startmail.com',
  'sympatico.ca',
  'telus.net',
  'tuta.com',
  'tutamail.com',
  'tutanota.com',
  // Aliases that forward to a mailbox elsewhere.
  'addy.io',
  'anonaddy.com',
  'anonaddy.me',
  'mozmail.com',
  'passinbox.com',
  'passmail.net',
  'privaterelay.appleid.com',
  'simplelogin.com',
  'simplelogin.io',
  'slmail.me',
  'users.noreply.github.com',
]
