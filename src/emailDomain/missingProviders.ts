/** Where strangers get addresses, and the lists of packages don't know of it yet. */
export const missingProviders: readonly string[] = [
  // Mailboxes for everyone.
  'disroot.org',
  'duck.com',
  'fastmail.com',
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
  'tuta.io',
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

/** In those lists and yet nobody's mailbox: kept for documentation and tests (RFC 2606), or one company's own. */
export const noProviders: readonly string[] = ['example.com', 'test.com']
