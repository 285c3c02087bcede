import type { AllWords as Words } from './allWords.js'
import { list, number, plural, say } from './format.js'

/**
 * Alle Texte der Seiten auf Deutsch. Anrede: Sie. Begriffe: Organisation, Einladung, Mitglied, Inhaber, Admin,
 * Beitrittsanfrage, Einladungslink, API-Token, Aktivität.
 */

const common = {
  exampleDomain: 'beispiel.de',
  exampleEmail: 'name@beispiel.de',
  exampleUrl: 'https://beispiel.de/webhooks',
  cancel: 'Abbrechen',
  close: 'Schließen',
  save: 'Speichern',
  remove: 'Entfernen',
  delete: 'Löschen',
  revoke: 'Widerrufen',
  done: 'Fertig',
  copy: 'Kopieren',
  copied: 'Kopiert',
  copyFailed: 'Kopieren nicht möglich: Markieren Sie den Text',
  refresh: 'Aktualisieren',
  tryAgain: 'Erneut versuchen',
  optional: 'Optional',
  name: 'Name',
  email: 'E-Mail',
  emailAddress: 'E-Mail-Adresse',
  status: 'Status',
  roles: 'Rollen',
  actions: 'Aktionen',
  someone: 'Jemand',
  someoneInside: 'jemand',
  by: (who: string) => `von ${who}`,
  more: (count: number) => plural(count, { one: 'und # weitere', other: 'und # weitere' }),
}

const language = {
  label: 'Sprache',
  asTheBrowser: 'Sprache des Browsers',
}

const theme = {
  label: (theme: string) => `Farben: ${theme}`,
  system: 'wie im System',
  light: 'hell',
  dark: 'dunkel',
}

const time = {
  justNow: 'gerade eben',
}

const signIn: Words['signIn'] = {
  title: (brand) => `Bei ${brand} anmelden`,
  submit: 'Anmelden',
  signOut: 'Abmelden',
  starting: 'Sie werden angemeldet …',
  tryAgain: 'Erneut versuchen',
  expired: 'Ihre Sitzung ist abgelaufen. Melden Sie sich erneut an.',
  again: 'Erneut anmelden',
  againTitle: 'Melden Sie sich erneut an, um fortzufahren',
  nothingLost: 'Ihre Eingaben gehen nicht verloren. Sie bleiben auf dieser Seite stehen.',
  blocked:
    'Ihr Browser hat das Anmeldefenster blockiert. Erlauben Sie Pop-ups für diese Seite und versuchen Sie es erneut.',
  otherAccount: 'Anderes Konto verwenden',
  account: 'Konto',
  accountOf: (name) => `Konto: ${name}`,
  apiToken: 'API-Token',
  serverAway: 'Der Server ist nicht erreichbar. Versuchen Sie es gleich noch einmal.',
  unreachable: 'Der Anmeldedienst ist zurzeit nicht erreichbar. Versuchen Sie es in Kürze erneut.',
  unreachableRetrying:
    'Der Anmeldedienst ist nicht erreichbar. Deshalb kann diese Seite nichts speichern oder aktualisieren. Sie versucht es weiter.',
  notSignedIn: 'Sie sind nicht angemeldet. Melden Sie sich an, um fortzufahren.',
  cancelled: 'Die Anmeldung wurde abgebrochen, oder dieses Konto darf diesen Dienst nicht verwenden.',
  failed:
    'Sie konnten nicht angemeldet werden. Wenn das wieder passiert, wenden Sie sich an die Betreiber dieses Dienstes.',
  refused:
    'Sie sind angemeldet, aber dieser Server akzeptiert Ihre Anmeldung nicht. Wenden Sie sich an die Betreiber dieses Dienstes.',
  insecure: 'Sie können sich nur über eine sichere Verbindung (https) anmelden.',
  forOperators: 'Für die Betreiber dieses Dienstes',
  notSetUp: 'Die Anmeldung ist auf diesem Server noch nicht eingerichtet.',
  notSetUpForInvitee:
    'Sie können hier noch nicht antworten: Die Anmeldung ist auf diesem Server nicht eingerichtet. Wenden Sie sich an die Person, die Sie eingeladen hat.',
  noEmail: (known) =>
    known === null
      ? 'Dieser Server kennt Ihre E-Mail-Adresse nicht, weil Ihre Anmeldung sie nicht enthält. Deshalb kann er nicht feststellen, welche Einladungen für Sie sind.'
      : `Dieser Server kennt Ihre E-Mail-Adresse nicht. Sie sind als ${known} angemeldet, aber der Anmeldedienst gibt die Adresse nicht weiter. Deshalb kann der Server nicht feststellen, welche Einladungen für Sie sind.`,
  operator: {
    refused:
      'Der Server hat das Zugriffstoken des Anbieters abgelehnt. Der Grund steht im Protokoll. Meist ist die Audience des Tokens falsch: Vergleichen Sie AUTH_AUDIENCE mit OIDC_AUDIENCE oder OIDC_RESOURCE.',
    notSetUp: (origin) =>
      `Setzen Sie AUTH_ISSUER, AUTH_JWKS_URL und OIDC_CLIENT_ID, damit man sich auf ${origin} anmelden kann. Oder setzen Sie APP_URL auf Ihre eigene Anwendung, damit die Links dorthin führen. Siehe docs/deploying.md, „Signing in to the pages“.`,
    noEmail:
      'Das Zugriffstoken enthält die Claims email und email_verified nicht. Lassen Sie den Anbieter sie in Zugriffstoken aufnehmen, oder pflegen Sie die Adressen mit upsertUser. Siehe docs/deploying.md, „Signing in to the pages“.',
  },
  switchPerson: 'Person wechseln',
  graphiql: 'Das API in GraphiQL ausprobieren',
  mailbox: 'Postfach öffnen',
  asInvitee: 'Als eingeladene Person',
  asSomebodyElse: 'Als jemand anderes',
  roleIn: (role, org) => `${role} von ${org}`,
  wrongAddress: 'Das ist keine E-Mail-Adresse. Prüfen Sie sie, und versuchen Sie es noch einmal.',
  anyAddressHint: 'Gilt als bestätigt. Nur, solange dieser Server nicht im Produktivbetrieb ist.',
  withToken: 'Mit einem Token',
  token: 'Token',
  tokenHint: 'Ein API-Token (gh_…) oder das Zugriffstoken einer Person. Es bleibt in diesem Tab.',
  wrongToken: 'Dieses Token ist ungültig. Prüfen Sie, ob Sie es vollständig kopiert haben.',
  done: 'Sie sind angemeldet. Sie können dieses Fenster schließen.',
}

const invitePage: Words['invitePage'] = {
  opening: 'Ihre Einladung wird geöffnet …',
  failed: 'Ihre Einladung konnte nicht geöffnet werden',
  invitesYou: (inviter) => say`${inviter} lädt Sie ein zu`,
  youAreInvited: 'Sie sind eingeladen zu',
  role: 'Rolle',
  for: 'Für',
  expires: 'Läuft ab',
  signedInAs: (name) => say`Sie sind als ${name} angemeldet.`,
  notYou: 'Anderes Konto verwenden',
  yourAnswer: 'Ihre Antwort',
  accept: 'Annehmen',
  decline: 'Ablehnen',
  signInTitle: 'Zum Antworten anmelden',
  signInWith: (address) =>
    `Diese Einladung ist für ${address}. Melden Sie sich mit dieser Adresse an, um zu antworten.`,
  needsPerson:
    'Mit einem API-Token lässt sich eine Einladung nicht beantworten. Melden Sie sich mit Ihrem Konto an.',
  otherAddress: (invited, yours) =>
    `Diese Einladung ist für ${invited}, aber Sie sind als ${yours} angemeldet. Melden Sie sich mit der eingeladenen Adresse an, um zu antworten.`,
  declineTitle: (org) => `Einladung zu ${org} ablehnen?`,
  declineBody: 'Dieser Link ist danach ungültig. Sie können erneut eingeladen werden.',
  declined: 'Einladung abgelehnt',
  declinedBody: (org) => `Sie haben die Einladung zu ${org} abgelehnt.`,
  joined: (org) => `Willkommen bei ${org}`,
  joinedAs: (org, role) => `Sie sind ${org} als ${role} beigetreten.`,
  open: (org) => `${org} öffnen`,
  yourOrgs: 'Zu Ihren Organisationen',
  ended: {
    expired: 'Diese Einladung ist abgelaufen',
    expiredBody: (org, when) => say`Die Einladung zu ${org} ist ${when} abgelaufen.`,
    expiredNext: (inviter) => `Bitten Sie ${inviter} um einen neuen Link.`,
    askForLink: 'Neuen Link anfordern',
    linkRequested: (when) =>
      say`Ein neuer Link wurde ${when} angefordert. Wenn er verschickt wird, kommt er per E-Mail an die eingeladene Adresse. Nach einem Tag können Sie ihn erneut anfordern.`,
    revoked: 'Diese Einladung wurde widerrufen',
    revokedBody: (org) => `Die Einladung zu ${org} ist nicht mehr gültig.`,
    revokedNext: (inviter) => `Wenn Sie das für einen Irrtum halten, wenden Sie sich an ${inviter}.`,
    declined: 'Diese Einladung wurde abgelehnt',
    declinedNext: (inviter) =>
      `Haben Sie es sich anders überlegt? Bitten Sie ${inviter} um eine neue Einladung.`,
    accepted: 'Diese Einladung wurde bereits angenommen',
    acceptedBody: (org) => `Die eingeladene Person ist jetzt Mitglied von ${org}.`,
    alreadyIn: (org) => `Sie sind bereits Mitglied von ${org}`,
    alreadyInBody: 'Sie haben diese Einladung angenommen.',
    theInviter: 'die einladende Person',
  },
  unknown: 'Dieser Link ist nicht mehr gültig',
  unknownBody:
    'Falls Sie eine neuere E-Mail erhalten haben, verwenden Sie den Link darin. Prüfen Sie auch, ob der Link vollständig ist: Öffnen Sie ihn direkt aus der E-Mail.',
  unknownNext: 'Wenn das nicht hilft, bitten Sie die Person, die Sie eingeladen hat, um einen neuen Link.',
}

const joinPage: Words['joinPage'] = {
  anyone: 'Alle mit diesem Link',
  addressesAt: (domains) => `Personen mit einer Adresse bei ${list(domains)}`,
  join: 'Beitreten',
  signInTitle: 'Zum Beitreten anmelden',
  signInWith: (domains) => `Dieser Link ist für Personen mit einer bestätigten Adresse bei ${list(domains)}.`,
  needsPerson:
    'Mit einem API-Token kann man keiner Organisation beitreten. Melden Sie sich mit Ihrem Konto an.',
  otherAddress: (domains, yours) =>
    `Dieser Link ist für Adressen bei ${list(domains)}, aber Sie sind als ${yours} angemeldet.`,
  ended: {
    expired: 'Dieser Link ist abgelaufen',
    expiredBody: (org, when) => say`Der Link zu ${org} ist ${when} abgelaufen.`,
    usedUp: 'Dieser Link ist ausgeschöpft',
    usedUpBody: (org) => `Es sind bereits so viele Personen wie vorgesehen damit ${org} beigetreten.`,
    next: (maker) => `Bitten Sie ${maker} um einen neuen Link.`,
    revoked: 'Dieser Link wurde widerrufen',
    revokedBody: (org) => `Damit kann man ${org} nicht mehr beitreten.`,
    revokedNext: (maker) => `Wenn Sie das für einen Irrtum halten, wenden Sie sich an ${maker}.`,
    theMaker: 'den Absender des Links',
  },
  unknown: 'Dieser Link ist nicht mehr gültig',
  unknownBody: 'Prüfen Sie, ob Sie den ganzen Link kopiert haben.',
  unknownNext: 'Wenn das nicht hilft, bitten Sie die Person, von der Sie ihn haben, um einen neuen Link.',
}

const dashboard: Words['dashboard'] = {
  skip: 'Zum Inhalt springen',
  loading: 'Wird geladen',
  organization: 'Organisation',
  left: (org) => `Sie haben ${org} verlassen.`,
  deleted: (org) => `${org} wurde gelöscht.`,
  gone: (org) => `Sie sind kein Mitglied von ${org} mehr, oder die Organisation wurde gelöscht.`,
  missing: 'Diese Organisation ist nicht verfügbar',
  missingBody: 'Sie wurde gelöscht, oder Sie sind kein Mitglied mehr.',
  noOrg: 'Organisation erstellen',
  noOrgBody:
    'Sie werden Inhaber und können andere einladen. Wenn jemand Sie einlädt, erscheint die Einladung hier.',
  tokenWithoutOrg: 'Dieses API-Token gehört zu keiner Organisation',
  rightsLost:
    'Ihre Rolle wurde geändert, daher wird die Anzeige nicht mehr laufend aktualisiert. Sie sehen, was Ihre jetzige Rolle erlaubt.',
  organizations: 'Organisationen',
  switchFrom: (name) => `${name}: Organisation wechseln`,
  searchOrgs: 'Organisationen suchen',
  noOrgFound: 'Keine Organisation gefunden',
  moreOrgs: (count) =>
    plural(count, {
      one: 'und # weitere. Nutzen Sie die Suche.',
      other: 'und # weitere. Nutzen Sie die Suche.',
    }),
  createOrg: 'Organisation erstellen …',
}

const org: Words['org'] = {
  invite: 'Personen einladen',
  settings: 'Einstellungen',
  leave: 'Verlassen',
  delete: 'Löschen',
  noFreeSeat: 'Keine freien Plätze',
  status: {
    ACTIVE: 'Aktiv',
    DEPROVISIONING: 'Wird gelöscht',
    PROVISIONING: 'Wird eingerichtet',
  },
  tier: { FREE: 'Kostenlos', PREMIUM: 'Premium' },
  region: {
    US_WEST: 'USA West',
    US_EAST: 'USA Ost',
    EU_WEST: 'Westeuropa',
    EU_CENTRAL: 'Mitteleuropa',
    AP_SOUTHEAST: 'Südostasien und Pazifik',
  },
  pending: (count) => plural(count, { one: '# offene Einladung', other: '# offene Einladungen' }),
  youAre: (role) => `Ihre Rolle: ${role}`,
  seats: (used, all) => `${number(used)} von ${number(all)} Plätzen belegt`,
  tabs: {
    label: 'Bereiche',
    invites: 'Einladungen',
    links: 'Einladungslinks',
    requests: 'Anfragen',
    members: 'Mitglieder',
    appRoles: 'Produktrollen',
    domains: 'E-Mail-Domains',
    tokens: 'API-Tokens',
    webhooks: 'Webhooks',
  },
  restricted: 'Mit Ihrer Rolle können Sie die Aktivität nicht sehen.',
  restrictedInvites: 'Mit Ihrer Rolle können Sie Einladungen und Aktivität nicht sehen.',
}

const settings: Words['settings'] = {
  profile: 'Profil der Organisation',
  name: 'Name der Organisation',
  nameHint: 'Muss sich von den Namen aller anderen Organisationen unterscheiden.',
  slug: 'Name in der URL',
  slugHint:
    'Kleinbuchstaben, Ziffern und Bindestriche. Links mit dem alten Namen funktionieren danach eventuell nicht mehr.',
  logo: 'Logo',
  logoHint: 'Die Adresse eines Bildes, beginnend mit https://. Optional.',
  discard: 'Änderungen verwerfen',
  saved: 'Gespeichert',
  preview: 'Vorschau',
  createTitle: 'Organisation erstellen',
  create: 'Erstellen',
  leaveTitle: (org) => `${org} verlassen?`,
  leave: 'Verlassen',
  leaveBody: 'Sie verlieren sofort den Zugriff. Ihre offenen Einladungen werden widerrufen.',
  deleteTitle: (org) => `${org} löschen?`,
  delete: 'Organisation löschen',
  deleteBody:
    'Mitglieder, Einladungen, Domains, API-Tokens und Aktivität werden endgültig gelöscht. Das lässt sich nicht rückgängig machen.',
  handOverTitle: (who) => `Inhaberschaft an ${who} übertragen?`,
  handOver: 'Inhaberschaft übertragen',
  handOverBody: (who) =>
    `${who} wird Inhaber, und Sie werden Admin. Nur ein Inhaber kann das rückgängig machen. Ihre offenen Einladungen für Inhaber werden widerrufen.`,
}

const domains: Words['domains'] = {
  empty: 'Noch keine E-Mail-Domains',
  emptyBody:
    'Fügen Sie die E-Mail-Domain Ihrer Firma hinzu, damit Personen mit einer Adresse dort beitreten können.',
  domain: 'Domain',
  add: 'Domain hinzufügen',
  verified: 'Bestätigt',
  pending: 'Ausstehend',
  checkDns: 'DNS prüfen',
  recordName: 'Fügen Sie einen DNS-Eintrag vom Typ TXT hinzu, mit dem Namen',
  recordValue: 'und dem Wert',
  whoCanJoin: 'Wer beitreten kann',
  joinMode: 'Personen mit einer Adresse bei dieser Domain',
  joinModes: {
    AUTO: 'Können beitreten',
    REQUEST: 'Können eine Anfrage stellen',
    OFF: 'Können nicht selbst beitreten',
  },
  effect: {
    AUTO: 'Personen mit einer Adresse bei dieser Domain können beitreten.',
    REQUEST: 'Personen mit einer Adresse bei dieser Domain können den Beitritt anfragen.',
    OFF: 'Personen mit einer Adresse bei dieser Domain können nicht selbst beitreten.',
  },
  effectOnceVerified: {
    AUTO: 'Nach der Bestätigung können Personen mit einer Adresse bei dieser Domain beitreten.',
    REQUEST:
      'Nach der Bestätigung können Personen mit einer Adresse bei dieser Domain den Beitritt anfragen.',
    OFF: 'Personen mit einer Adresse bei dieser Domain können nicht selbst beitreten.',
  },
  joinModeTitle: (domain) => `Wer kann über ${domain} beitreten?`,
  joinModeBody: 'Bisherige Mitglieder bleiben, und offene Anfragen warten weiter auf Antwort.',
  removeTitle: (domain) => `${domain} entfernen?`,
  removeBody:
    'Personen mit einer Adresse bei dieser Domain können nicht mehr selbst beitreten. Mitglieder bleiben. Um sie wieder hinzuzufügen, müssen Sie sie eventuell erneut bestätigen.',
  lookAlike: (ascii) =>
    `Dieser Name mischt Alphabete und ahmt vielleicht eine andere Domain nach. In einfachen Buchstaben lautet er ${ascii}.`,
}

const members: Words['members'] = {
  caption: 'Mitglieder',
  member: 'Mitglied',
  since: 'Mitglied seit',
  you: 'Sie',
  suspended: 'Gesperrt',
  empty: 'Noch keine Mitglieder',
  noMatch: 'Keine Mitglieder gefunden',
  noMatchBody: 'Versuchen Sie es mit einer kürzeren Suche oder weniger Filtern.',
  search: 'Name oder E-Mail suchen',
  appRole: 'Produktrolle',
  anyAppRole: 'Alle Produktrollen',
  changeRoles: 'Rollen ändern',
  suspend: 'Sperren',
  reinstate: 'Entsperren',
  remove: 'Entfernen',
  rolesTitle: (who) => `Rollen von ${who}`,
  suspendTitle: (who) => `${who} sperren?`,
  suspendBody:
    'Der Zugriff endet sofort, und offene Einladungen dieser Person werden widerrufen. Die Rollen bleiben erhalten, und es wird kein Platz belegt. Sie können die Person jederzeit entsperren.',
  removeTitle: (who) => `${who} entfernen?`,
  removeBody: 'Der Zugriff endet sofort, und offene Einladungen dieser Person werden widerrufen.',
  origin: {
    CREATOR: 'hat die Organisation erstellt',
    INVITE: 'durch Einladung',
    EMAIL_DOMAIN: 'über E-Mail-Domain',
    DIRECT: 'direkt hinzugefügt',
    INVITE_LINK: 'über Einladungslink',
    JOIN_REQUEST: 'durch Anfrage',
  },
  role: 'Rolle',
  roleOf: (who) => `Rolle von ${who}`,
  appRoles: 'Produktrollen',
  changeRole: 'Rolle ändern',
  roleTitle: (who, role) => `Rolle von ${who} zu „${role}“ ändern?`,
  ownRoleTitle: (role) => `Ihre eigene Rolle zu „${role}“ ändern?`,
  ownRoleBody:
    'Wenn Sie mit der neuen Rolle keine Rollen ändern dürfen, können Sie das nicht selbst rückgängig machen.',
  roleMeans: (role, can) => `${role}: ${can}.`,
  gone: 'Nicht mehr in dieser Liste',
  order: {
    joined: 'Zuerst beigetreten',
    '-joined': 'Zuletzt beigetreten',
    name: 'Name, A bis Z',
    '-name': 'Name, Z bis A',
    role: 'Rolle, Inhaber zuerst',
  },
  changeRoleTo: 'Rolle ändern …',
  changeRoleOfChosen: 'Rolle der ausgewählten Mitglieder ändern',
  removeManyTitle: (count) =>
    plural(count, { one: '# Mitglied entfernen?', other: '# Mitglieder entfernen?' }),
  changeManyTitle: (count, role) =>
    plural(count, {
      one: `Rolle von # Mitglied zu „${role}“ ändern?`,
      other: `Rolle von # Mitgliedern zu „${role}“ ändern?`,
    }),
  removedCount: (count) => plural(count, { one: '# Mitglied entfernt.', other: '# Mitglieder entfernt.' }),
  changedCount: (count) => plural(count, { one: '# Rolle geändert.', other: '# Rollen geändert.' }),
  cannotRemove: 'Sie dürfen diese Person nicht entfernen.',
  cannotChange: 'Sie dürfen die Rolle dieser Person nicht ändern.',
}

const invites: Words['invites'] = {
  caption: 'Einladungen',
  for: 'Eingeladen',
  empty: 'Noch keine Einladungen',
  emptyBody: 'Hier erscheinen die Personen, die Sie einladen, mit ihrer Antwort.',
  noMatch: 'Keine Einladungen gefunden',
  noMatchBody: 'Versuchen Sie es mit einer kürzeren Suche oder weniger Filtern.',
  search: 'E-Mail-Adresse suchen',
  status: {
    PENDING: 'Offen',
    ACCEPTED: 'Angenommen',
    DECLINED: 'Abgelehnt',
    REVOKED: 'Widerrufen',
    EXPIRED: 'Abgelaufen',
  },
  delivery: {
    NOT_SENT: 'Keine E-Mail',
    QUEUED: 'E-Mail wird gesendet',
    SENT: 'E-Mail gesendet',
    FAILED: 'E-Mail fehlgeschlagen',
  },
  expires: (when) => say`läuft ${when} ab`,
  expired: (when) => say`${when} abgelaufen`,
  accept: 'Annehmen',
  decline: 'Ablehnen',
  resend: 'Erneut senden',
  renew: 'Erneuern',
  revoke: 'Widerrufen',
  delete: 'Löschen',
  inviteAgain: 'Erneut einladen',
  copyLink: 'Link kopieren',
  revokeTitle: (who) => `Einladung an ${who} widerrufen?`,
  revokeBody: 'Der Link ist sofort ungültig. Sie können die Person erneut einladen.',
  deleteTitle: (who) => `Einladung an ${who} löschen?`,
  deleteBody:
    'Die Einladung wird endgültig aus dieser Liste entfernt. Die Einträge in der Aktivität bleiben, ohne die Adresse.',
  gone: 'Nicht mehr in dieser Liste',
  timesSent: (count) => plural(count, { one: 'einmal gesendet', other: '#-mal gesendet' }),
  order: {
    '-created': 'Neueste zuerst',
    created: 'Älteste zuerst',
    expires: 'Läuft zuerst ab',
    '-expires': 'Läuft zuletzt ab',
    status: 'Status, offene zuerst',
  },
  notNow: (status) => `Bei einer Einladung mit dem Status „${status}“ ist das nicht möglich.`,
  resentCount: (count) =>
    plural(count, { one: '# Einladung erneut gesendet.', other: '# Einladungen erneut gesendet.' }),
  revokedCount: (count) =>
    plural(count, { one: '# Einladung widerrufen.', other: '# Einladungen widerrufen.' }),
  revokeManyTitle: (count) =>
    plural(count, { one: '# Einladung widerrufen?', other: '# Einladungen widerrufen?' }),
  revokeManyBody: 'Die Links funktionieren ab sofort nicht mehr. Sie können diese Personen wieder einladen.',
}

const inviteDialog: Words['inviteDialog'] = {
  title: 'Personen einladen',
  tabs: 'Wie',
  byAddress: 'Über Adressen',
  submit: 'Einladen',
  submitMany: (count) => plural(count, { one: '# Person einladen', other: '# Personen einladen' }),
  invited: (who) => `${who} wurde eingeladen.`,
  note: 'Nachricht in der E-Mail',
  expires: 'Läuft ab nach',
  days: (count) => plural(count, { one: '# Tag', other: '# Tagen' }),
  usualDays: (count) => plural(count, { one: '# Tag (Standard)', other: '# Tagen (Standard)' }),
  emailLanguage: 'Sprache der E-Mail',
  usualLanguage: 'Standard',
  sameLanguage: 'Wie bisher',
  sendEmail: 'E-Mail senden',
  resendTitle: (who) => `Einladung an ${who} erneut senden`,
  renewTitle: (who) => `Einladung an ${who} erneuern`,
  resendBody: 'Die Person erhält einen neuen Link. Der alte ist sofort ungültig.',
  renewBody: 'Die Person erhält eine neue Einladung mit einem neuen Link.',
  addresses: 'E-Mail-Adressen',
  addressesHint: 'Für mehrere fügen Sie eine Liste oder Spalte ein. Namen dürfen dabeistehen.',
  found: (count) => plural(count, { one: '# Adresse', other: '# Adressen' }),
  duplicates: (count) => plural(count, { one: '# doppelte', other: '# doppelte' }),
  atMost: (count) => `Sie können bis zu ${number(count)} Personen auf einmal einladen.`,
  countInvited: (count) =>
    plural(count, { one: '# Person wurde eingeladen.', other: '# Personen wurden eingeladen.' }),
  countNot: (count) =>
    plural(count, {
      one: '# Person konnte nicht eingeladen werden:',
      other: '# Personen konnten nicht eingeladen werden:',
    }),
  linkBody:
    'Es wurde keine E-Mail gesendet. Kopieren Sie den Link und senden Sie ihn selbst. Er wird hier nicht wieder angezeigt.',
  copyLink: 'Link kopieren',
  links: 'Adressen und Links',
  copyLinks: 'Alle Links kopieren',
  file: 'Aus einer Datei',
  role: 'Rolle',
  line: 'Zeile',
  chooseFile: 'CSV-Datei',
  fileHint:
    'Eine Spalte mit E-Mail-Adressen und, wenn Sie möchten, eine mit Rollen (Admin, Mitglied). Sie sehen die Liste, bevor jemand eingeladen wird.',
  fileTooLarge: 'Diese Datei ist zu groß. Höchstens 5.000 Personen sind möglich.',
  fileWithoutAddresses: 'In dieser Datei wurde keine Spalte mit E-Mail-Adressen gefunden.',
  looking: (count) => `Vergleich mit den Personen, die schon da sind … ${number(count)}`,
  fileGood: (count) =>
    plural(count, { one: '# Person kann eingeladen werden.', other: '# Personen können eingeladen werden.' }),
  fileBad: (count) =>
    plural(count, { one: '# Zeile wird ausgelassen:', other: '# Zeilen werden ausgelassen:' }),
  verdict: {
    good: 'Wird eingeladen',
    empty: 'Keine Adresse',
    invalid: 'Keine E-Mail-Adresse',
    duplicate: 'Kommt zweimal vor',
    member: 'Ist schon Mitglied',
    pending: 'Ist schon eingeladen',
    unknownRole: 'Unbekannte Rolle',
    roleAbove: 'Diese Rolle dürfen Sie nicht vergeben',
  },
}

const lists: Words['lists'] = {
  pages: 'Seiten',
  range: (from, to, all) => `${number(from)}–${number(to)} von ${number(all)}`,
  previous: 'Zurück',
  next: 'Weiter',
  loading: 'Wird geladen …',
  notLoaded: 'Diese Liste konnte nicht geladen werden.',
  some: (count, all) => `${number(count)} von ${number(all)}`,
  first: 'Erste',
  last: 'Letzte',
  perPage: 'Zeilen pro Seite',
  sort: 'Sortieren',
  letter: 'Gehe zu',
  letters: 'Anfangsbuchstaben',
  pageNumber: 'Seitenzahl',
  pageOf: (field, all) => say`Seite ${field} von ${number(all)}`,
  newRows: (count) => plural(count, { one: '# neu · Anzeigen', other: '# neu · Anzeigen' }),
  choose: (name) => `${name} auswählen`,
  choosePage: 'Alle auf dieser Seite auswählen',
  selection: 'Ausgewählte Zeilen',
  chosen: (count) => plural(count, { one: '# ausgewählt', other: '# ausgewählt' }),
  clear: 'Auswahl aufheben',
  stop: 'Anhalten',
  stopping: 'Wird angehalten …',
  stopped: 'Angehalten.',
  progressLabel: 'Fortschritt',
  progress: (done, all) => `${number(done)} von ${number(all)}`,
  refused: (count) => plural(count, { one: '# nicht geändert:', other: '# nicht geändert:' }),
  exportCsv: 'CSV exportieren',
  exporting: (count, all) => `${number(count)} von ${number(all)} · Abbrechen`,
}

const inviteLinks: Words['inviteLinks'] = {
  empty: 'Noch keine Einladungslinks',
  emptyBody:
    'Wer einen Einladungslink hat, kann beitreten, bis er abläuft, ausgeschöpft ist oder widerrufen wird.',
  new: 'Neuer Einladungslink',
  create: 'Link erstellen',
  created: 'Einladungslink erstellt',
  createdBody: 'Wer diesen Link hat, kann beitreten.',
  role: 'Rolle für alle, die beitreten',
  onlyAt: 'Nur Adressen bei',
  onlyAtHint: 'Domains, durch Kommas getrennt. Leer lassen, um jede Adresse zu erlauben.',
  maxUses: 'Höchstzahl an Personen',
  maxUsesHint: 'Leer lassen für keine Begrenzung. Der Link läuft nach 7 Tagen ab.',
  grants: (roles) => `Beitritt als ${roles}`,
  joined: (uses) => plural(uses, { one: '# Person beigetreten', other: '# Personen beigetreten' }),
  joinedOf: (uses, most) => `${number(uses)} von ${number(most)} beigetreten`,
  onlyDomains: (domains) => `nur Adressen bei ${list(domains)}`,
  expires: (when) => say`läuft ${when} ab`,
  expired: (when) => say`${when} abgelaufen`,
  revoked: (when) => say`${when} widerrufen`,
  status: {
    ACTIVE: 'Aktiv',
    EXPIRED: 'Abgelaufen',
    REVOKED: 'Widerrufen',
    USED_UP: 'Ausgeschöpft',
  },
  revokeTitle: 'Diesen Link widerrufen?',
  revokeBody: 'Niemand kann mehr damit beitreten. Wer bereits beigetreten ist, bleibt Mitglied.',
  revokeOf: (roles) => `den Link zum Beitritt als ${roles}`,
}

const joinRequests: Words['joinRequests'] = {
  status: {
    PENDING: 'Offen',
    APPROVED: 'Angenommen',
    DECLINED: 'Abgelehnt',
    WITHDRAWN: 'Zurückgezogen',
  },
  empty: 'Keine offenen Anfragen',
  emptyBody: 'Personen mit einer Adresse bei einer Ihrer E-Mail-Domains können den Beitritt anfragen.',
  noMatch: 'Keine Anfragen gefunden',
  approve: 'Annehmen',
  decline: 'Ablehnen',
  asked: (when) => say`${when} angefragt`,
  answered: (when) => say`${when} beantwortet`,
  answeredBy: (who, when) => say`${when} von ${who} beantwortet`,
  approveTitle: (who) => `Anfrage von ${who} annehmen?`,
  approveRole: 'Rolle',
  declineTitle: (who) => `Anfrage von ${who} ablehnen?`,
  declineBody: 'Die Person kann nach 24 Stunden erneut anfragen. Sie können sie weiterhin einladen.',
}

const inbox: Words['inbox'] = {
  invites: 'Ihre Einladungen',
  invited: (inviter, org, role, when) =>
    say`${inviter} lädt Sie ein, ${org} als ${role} beizutreten. Die Einladung läuft ${when} ab.`,
  accept: 'Annehmen',
  decline: 'Ablehnen',
  theInviteTo: (org) => `die Einladung zu ${org}`,
  declineTitle: (org) => `Einladung zu ${org} ablehnen?`,
  declineBody: 'Sie können erneut eingeladen werden.',
  joined: (org) => `Sie sind ${org} beigetreten`,
  declined: (org) => `Sie haben die Einladung zu ${org} abgelehnt`,
  waysIn: 'Organisationen, denen Sie beitreten können',
  canJoin: (org, domain) => say`Sie können ${org} beitreten, weil Sie eine Adresse bei ${domain} haben.`,
  canAsk: (org, domain) =>
    say`Sie können den Beitritt zu ${org} anfragen, weil Sie eine Adresse bei ${domain} haben.`,
  join: 'Beitreten',
  ask: 'Beitritt anfragen',
  askTitle: (org) => `Beitritt zu ${org} anfragen`,
  askBody: (org) => `Die Admins von ${org} sehen Ihren Namen und Ihre Nachricht.`,
  askMessage: 'Nachricht',
  asked: (org) => `Sie haben den Beitritt zu ${org} angefragt`,
  askedWhen: (org, when) =>
    say`Sie haben den Beitritt zu ${org} ${when} angefragt. Es gibt noch keine Antwort.`,
  withdraw: 'Zurückziehen',
  theRequestTo: (org) => `die Anfrage an ${org}`,
  withdrawn: (org) => `Sie haben Ihre Anfrage an ${org} zurückgezogen`,
  closed: (domain, org) => `Personen mit einer Adresse bei ${domain} können ${org} nicht mehr beitreten.`,
}

const apiTokens: Words['apiTokens'] = {
  empty: 'Noch keine API-Tokens',
  emptyBody:
    'Mit einem API-Token kann ein Programm auf diese Organisation zugreifen, aber nur mit den Rechten, die Sie wählen.',
  new: 'Neues API-Token',
  name: 'Name',
  nameHint: 'Zum Beispiel das Programm, das es verwendet. Daran erkennen Sie das Token später.',
  permissions: 'Rechte',
  expires: 'Läuft ab',
  never: 'Nie',
  inDays: (count) => plural(count, { one: 'In # Tag', other: 'In # Tagen' }),
  create: 'Token erstellen',
  created: (name) => `${name} wurde erstellt`,
  secretLead: 'Das ist das Token.',
  shownOnce: 'Kopieren Sie es jetzt: Es wird nicht noch einmal angezeigt.',
  copiedIt: 'Ich habe es kopiert',
  neverUsed: 'nie verwendet',
  lastUsed: (when) => say`zuletzt ${when} verwendet`,
  expiresWhen: (when) => say`läuft ${when} ab`,
  revokedWhen: (when) => say`${when} widerrufen`,
  createdWhen: (when) => say`${when} erstellt`,
  createdByWhen: (who, when) => say`${when} von ${who} erstellt`,
  revoke: 'Widerrufen',
  revokeTitle: (name) => `${name} widerrufen?`,
  revokeBody:
    'Programme, die es verwenden, funktionieren sofort nicht mehr, und damit erstellte offene Einladungen werden widerrufen.',
}

const permissions: Words['permissions'] = {
  groups: {
    org: 'Organisation',
    members: 'Mitglieder',
    invites: 'Einladungen',
    domains: 'E-Mail-Domains',
    events: 'Aktivität',
    tokens: 'API-Tokens',
    webhooks: 'Webhooks',
    instance: 'Ganzer Server',
  },
  names: {
    ORG_READ: ['Organisation ansehen', 'Name, Logo und Status'],
    ORG_UPDATE: ['Profil bearbeiten', 'Name, Name in der URL und Logo ändern'],
    ORG_DELETE: ['Organisation löschen', 'Endgültig, mit allem, was dazugehört'],
    MEMBER_READ: ['Mitglieder ansehen', 'Namen, Adressen und Rollen'],
    MEMBER_UPDATE_ROLES: ['Rollen ändern', 'Rollen bis zur eigenen geben und entziehen'],
    MEMBER_REMOVE: ['Mitglieder entfernen', 'Auch sperren und entsperren'],
    INVITE_READ: ['Einladungen ansehen', 'Auch Einladungslinks und Beitrittsanfragen'],
    INVITE_CREATE: ['Personen einladen', 'Auch Links erstellen und Anfragen beantworten'],
    INVITE_RESEND: ['Einladungen erneut senden', 'Und abgelaufene erneuern'],
    INVITE_REVOKE: ['Einladungen widerrufen', 'Ihre Links werden ungültig'],
    INVITE_DELETE: ['Einladungen löschen', 'Beendete aus der Liste entfernen'],
    EMAIL_DOMAIN_READ: ['E-Mail-Domains ansehen', 'Und wer über sie beitreten kann'],
    EMAIL_DOMAIN_MANAGE: ['E-Mail-Domains verwalten', 'Hinzufügen, bestätigen und entfernen'],
    EVENT_READ: ['Aktivität ansehen', 'Den Verlauf und was gerade geschieht'],
    API_TOKEN_READ: ['API-Tokens ansehen', 'Ohne die Tokens selbst'],
    API_TOKEN_MANAGE: ['API-Tokens verwalten', 'Erstellen und widerrufen'],
    WEBHOOK_READ: ['Webhooks ansehen', 'Und was zugestellt wurde'],
    WEBHOOK_MANAGE: ['Webhooks verwalten', 'Erstellen, ändern, testen und löschen'],
    INVITE_RESPOND: ['Für andere antworten', 'Einladungen in ihrem Namen annehmen oder ablehnen'],
    INVITE_LINK: ['Links von Einladungen abrufen', 'Um ohne E-Mail einzuladen'],
    ORG_CREATE: ['Organisationen erstellen', 'Für beliebige Inhaber'],
    ORG_MANAGE: ['Organisationen verwalten', 'Status, Tarif, Limits und Inhaberschaft'],
    MEMBER_ADD: ['Mitglieder hinzufügen', 'Ohne Einladung'],
    APP_ROLE_MANAGE: ['Produktrollen verwalten', 'Erstellen, ändern und löschen'],
    USER_READ: ['Personen ansehen', 'Alle auf diesem Server'],
    USER_MANAGE: ['Personen verwalten', 'Konten erstellen und ändern'],
  },
}

const roles: Words['roles'] = {
  name: { OWNER: 'Inhaber', ADMIN: 'Admin', USER: 'Mitglied' },
  as: { OWNER: 'Inhaber', ADMIN: 'Admin', USER: 'Mitglied' },
  can: {
    OWNER: 'Kann alles, auch Einstellungen ändern und die Organisation löschen',
    ADMIN: 'Kann Personen einladen, Rollen ändern und Mitglieder entfernen',
    USER: 'Kann die Organisation und ihre Mitglieder sehen',
  },
  product: 'Produktrollen',
  makesOwner: 'Ein Inhaber kann hier alles, auch Sie entfernen und die Organisation löschen.',
}

const appRoles: Words['appRoles'] = {
  grantedBy: {
    OWNER: 'Nur Inhaber können sie vergeben.',
    ADMIN: 'Inhaber und Admins können sie vergeben.',
    USER: 'Alle, die Rollen ändern dürfen, können sie vergeben.',
  },
  showMembers: 'Mitglieder anzeigen',
}

const webhooks: Words['webhooks'] = {
  empty: 'Noch keine Webhooks',
  emptyBody: 'Ein Webhook meldet einem Ihrer Programme, was hier geschieht.',
  new: 'Neuer Webhook',
  change: 'Webhook bearbeiten',
  create: 'Webhook erstellen',
  created: 'Webhook erstellt',
  secretLead: 'Seine Nachrichten werden mit diesem geheimen Schlüssel signiert.',
  address: 'URL',
  addressHint:
    'Ereignisse werden an diese URL gesendet. Sie sollte innerhalb von 10 Sekunden mit einem Status von 200 bis 299 antworten.',
  events: 'Ereignisse',
  allEvents: 'Alle Ereignisse, auch neue Arten',
  someEvents: 'Ausgewählte Ereignisse',
  eventGroups: {
    invites: 'Einladungen',
    members: 'Mitglieder',
    requests: 'Beitrittsanfragen',
    org: 'Organisation',
  },
  eventTypes: {
    'org_invite.created': 'Einladung erstellt',
    'org_invite.sent': 'E-Mail gesendet',
    'org_invite.send_failed': 'E-Mail fehlgeschlagen',
    'org_invite.resent': 'Einladung erneut gesendet',
    'org_invite.accepted': 'Einladung angenommen',
    'org_invite.declined': 'Einladung abgelehnt',
    'org_invite.revoked': 'Einladung widerrufen',
    'org_invite.expired': 'Einladung abgelaufen',
    'org_invite.renewal_requested': 'Neuer Einladungslink angefordert',
    'org_invite.deleted': 'Einladung gelöscht',
    'org_user.joined': 'Mitglied beigetreten',
    'org_user.roles_changed': 'Rollen geändert',
    'org_user.suspended': 'Mitglied gesperrt',
    'org_user.reinstated': 'Mitglied entsperrt',
    'org_user.left': 'Mitglied ausgetreten',
    'org_user.removed': 'Mitglied entfernt',
    'org_join_request.requested': 'Anfrage gestellt',
    'org_join_request.approved': 'Anfrage angenommen',
    'org_join_request.declined': 'Anfrage abgelehnt',
    'org_join_request.withdrawn': 'Anfrage zurückgezogen',
    'org.created': 'Organisation erstellt',
    'org.renamed': 'Organisation umbenannt',
    'org.profile_changed': 'Profil geändert',
    'org.status_changed': 'Status geändert',
    'org.tier_changed': 'Tarif geändert',
    'org.limits_changed': 'Limits geändert',
    'org.email_domain_bound': 'E-Mail-Domain hinzugefügt',
    'org.email_domain_verified': 'E-Mail-Domain bestätigt',
    'org.email_domain_join_mode_changed': 'E-Mail-Domain geändert',
    'org.email_domain_unbound': 'E-Mail-Domain entfernt',
    'org.invite_link_created': 'Einladungslink erstellt',
    'org.invite_link_revoked': 'Einladungslink widerrufen',
    'org.api_token_created': 'API-Token erstellt',
    'org.api_token_revoked': 'API-Token widerrufen',
    'org.webhook_created': 'Webhook erstellt',
    'org.webhook_updated': 'Webhook geändert',
    'org.webhook_disabled': 'Webhook ausgeschaltet',
    'org.webhook_deleted': 'Webhook gelöscht',
  },
  deliveryStatus: {
    PENDING: 'Ausstehend',
    DELIVERED: 'Zugestellt',
    FAILED: 'Fehlgeschlagen',
  },
  on: 'Eingeschaltet',
  failing: 'Eingeschaltet, mit Fehlern',
  paused: 'Pausiert',
  turnedOff: 'Nach Fehlern ausgeschaltet',
  resumes: 'Wenn Sie ihn wieder einschalten, macht er dort weiter, wo er aufgehört hat.',
  deliveries: 'Zustellungen',
  sendTest: 'Test senden',
  testSent: (host) => `Ein Test wurde an ${host} gesendet. Er erscheint nicht unter den Zustellungen.`,
  pause: 'Pausieren',
  turnOn: 'Einschalten',
  edit: 'Bearbeiten',
  newSecret: 'Neuer Schlüssel',
  newSecretTitle: (host) => `Neuen Schlüssel für ${host} erstellen?`,
  newSecretBody: 'Der alte Schlüssel gilt noch einen Tag. Aktualisieren Sie Ihr Programm bis dahin.',
  newSecretOf: (host) => `Neuer Schlüssel für ${host}`,
  newSecretLead: 'Ab jetzt werden Nachrichten damit signiert.',
  deleteTitle: (host) => `Webhook an ${host} löschen?`,
  deleteBody: 'Ausstehende Nachrichten werden nicht gesendet, und die Liste der Zustellungen geht verloren.',
  sendAgain: 'Erneut senden',
  noDeliveries: 'Noch keine Zustellungen',
  noMatch: 'Keine Zustellungen gefunden',
}

const events: Words['events'] = {
  title: 'Aktivität',
  label: 'Ereignisse',
  filter: 'Filter',
  kinds: {
    all: 'Alle',
    OrgInviteEvent: 'Einladungen',
    OrgJoinRequestEvent: 'Anfragen',
    OrgUserEvent: 'Mitglieder',
    OrgChangeEvent: 'Organisation',
  },
  empty: 'Noch nichts vorhanden',
  older: 'Ältere Einträge anzeigen',
  replayed: (count) =>
    plural(count, {
      one: '# Eintrag, während Sie offline waren',
      other: '# Einträge, während Sie offline waren',
    }),

  invited: (actor, invitee, role) => say`${actor} hat ${invitee} als ${role} eingeladen`,
  wasInvited: (invitee, role) => say`${invitee} wurde als ${role} eingeladen`,
  invitedAgain: (actor, invitee, role) => say`${actor} hat ${invitee} erneut als ${role} eingeladen`,
  wasInvitedAgain: (invitee, role) => say`${invitee} wurde erneut als ${role} eingeladen`,
  emailSent: (invitee) => say`E-Mail an ${invitee} gesendet`,
  emailFailed: (invitee) => say`Die E-Mail an ${invitee} konnte nicht zugestellt werden`,
  accepted: (who, role) => say`${who} hat die Einladung als ${role} angenommen`,
  declined: (who) => say`${who} hat die Einladung abgelehnt`,
  revoked: (actor, invitee) => say`${actor} hat die Einladung an ${invitee} widerrufen`,
  wasRevoked: (invitee) => say`Die Einladung an ${invitee} wurde widerrufen`,
  expired: (invitee) => say`Die Einladung an ${invitee} ist abgelaufen`,
  renewalRequested: (invitee) =>
    say`Jemand hat mit dem abgelaufenen Einladungslink für ${invitee} um einen neuen gebeten`,
  deleted: (actor) => say`${actor} hat eine beendete Einladung gelöscht`,
  wasDeleted: 'Eine beendete Einladung wurde gelöscht',

  joined: (who, role) => say`${who} ist als ${role} beigetreten`,
  left: (who) => say`${who} ist ausgetreten`,
  removed: (actor, who) => say`${actor} hat ${who} entfernt`,
  wasRemoved: (who) => say`${who} wurde entfernt`,
  suspended: (actor, who) => say`${actor} hat ${who} gesperrt`,
  wasSuspended: (who) => say`${who} wurde gesperrt`,
  reinstated: (actor, who) => say`${actor} hat ${who} entsperrt`,
  wasReinstated: (who) => say`${who} wurde entsperrt`,
  rolesChanged: (actor, who, changes) => say`${actor} hat die Rollen von ${who} geändert: ${changes}`,
  rolesWereChanged: (who, changes) => say`Die Rollen von ${who} wurden geändert: ${changes}`,
  added: (names) => `${list(names)} hinzugefügt`,
  takenAway: (names) => `${list(names)} entfernt`,

  asked: (who) => say`${who} hat den Beitritt angefragt`,
  approved: (actor, who) => say`${actor} hat die Anfrage von ${who} angenommen`,
  wasApproved: (who) => say`Die Anfrage von ${who} wurde angenommen`,
  requestDeclined: (actor, who) => say`${actor} hat die Anfrage von ${who} abgelehnt`,
  requestWasDeclined: (who) => say`Die Anfrage von ${who} wurde abgelehnt`,
  withdrawn: (who) => say`${who} hat die Beitrittsanfrage zurückgezogen`,
  requestClosed: (who) => say`Die Anfrage von ${who} wurde geschlossen`,

  changed: {
    CREATED: ['Die Organisation wurde erstellt', (what) => `${what} wurde erstellt`],
    RENAMED: ['Die Organisation wurde umbenannt', (what) => `Die Organisation wurde in ${what} umbenannt`],
    PROFILE_CHANGED: ['Das Profil wurde geändert', null],
    STATUS_CHANGED: ['Der Status wurde geändert', null],
    TIER_CHANGED: ['Der Tarif wurde geändert', null],
    LIMITS_CHANGED: ['Die Limits wurden geändert', null],
    EMAIL_DOMAIN_BOUND: [
      'Eine E-Mail-Domain wurde hinzugefügt',
      (what) => `E-Mail-Domain ${what} wurde hinzugefügt`,
    ],
    EMAIL_DOMAIN_VERIFIED: [
      'Eine E-Mail-Domain wurde bestätigt',
      (what) => `E-Mail-Domain ${what} wurde bestätigt`,
    ],
    EMAIL_DOMAIN_JOIN_MODE_CHANGED: [
      'Die Regeln für den Beitritt über eine E-Mail-Domain wurden geändert',
      (what) => `Die Regeln für den Beitritt über ${what} wurden geändert`,
    ],
    EMAIL_DOMAIN_UNBOUND: [
      'Eine E-Mail-Domain wurde entfernt',
      (what) => `E-Mail-Domain ${what} wurde entfernt`,
    ],
    INVITE_LINK_CREATED: ['Ein Einladungslink wurde erstellt', null],
    INVITE_LINK_REVOKED: ['Ein Einladungslink wurde widerrufen', null],
    API_TOKEN_CREATED: ['Ein API-Token wurde erstellt', (what) => `API-Token ${what} wurde erstellt`],
    API_TOKEN_REVOKED: ['Ein API-Token wurde widerrufen', (what) => `API-Token ${what} wurde widerrufen`],
    WEBHOOK_CREATED: ['Ein Webhook wurde erstellt', (what) => `Webhook an ${what} wurde erstellt`],
    WEBHOOK_UPDATED: ['Ein Webhook wurde geändert', (what) => `Webhook an ${what} wurde geändert`],
    WEBHOOK_DISABLED: [
      'Ein Webhook wurde ausgeschaltet',
      (what) => `Webhook an ${what} wurde nach Fehlern ausgeschaltet`,
    ],
    WEBHOOK_DELETED: ['Ein Webhook wurde gelöscht', (what) => `Webhook an ${what} wurde gelöscht`],
  },
  byActor: (actor, what) => say`${what}, von ${actor}`,
}

const figures: Words['figures'] = {
  label: 'Kennzahlen',
  membersByRole: 'Mitglieder nach Rolle',
  invitesByStatus: 'Einladungen nach Status',
  ofSeats: (seats) => `von ${number(seats)} Plätzen`,
  pendingOf: (limit) => `offen, von höchstens ${number(limit)}`,
  funnel: 'Vom Versand zur Antwort',
  funnelOfNewest: (count) => `Vom Versand zur Antwort, neueste ${number(count)}`,
  stages: { sent: 'Gesendet', delivered: 'Zugestellt', answered: 'Beantwortet' },
  nothingSent: 'noch keine E-Mails gesendet',
  shareAnswered: 'beantwortet',
  nobodyAccepted: 'Noch niemand hat angenommen.',
  medianToAccept: (time) => `Mittlere Zeit bis zur Annahme: ${time}.`,
  withoutMail: (count) =>
    plural(count, {
      one: '# weitere Einladung ging ohne E-Mail hinaus.',
      other: '# weitere Einladungen gingen ohne E-Mail hinaus.',
    }),
  rate: 'Einladungen pro Minute',
  inThisMinute: 'in dieser Minute',
  aMinute: (minutes) => `pro Minute, letzte ${number(minutes)} min`,
  now: 'jetzt',
  thisMinute: (counts) => `Diese Minute: ${counts}`,
  atMinute: (time, counts) => `${time}: ${counts}`,
  notLoaded: 'nicht geladen',
  minute: (invited, accepted, declined) =>
    `${number(invited)} eingeladen, ${number(accepted)} angenommen, ${number(declined)} abgelehnt`,
  invitesIn: (count, minutes) =>
    plural(count, {
      one: `# Einladung in den letzten ${number(minutes)} Minuten.`,
      other: `# Einladungen in den letzten ${number(minutes)} Minuten.`,
    }),
}

const dialogs: Words['dialogs'] = {
  discardTitle: 'Änderungen verwerfen?',
  keepEditing: 'Weiter bearbeiten',
  discard: 'Verwerfen',
  shownOnceTitle: 'Schließen, ohne zu kopieren?',
  shownOnceBody: 'Sie können das später nicht noch einmal sehen.',
  back: 'Zurück',
  permissionLost: 'Ihre Rolle wurde geändert, daher können Sie das nicht mehr tun.',
  changed: 'Inzwischen hat sich etwas geändert, daher ist das nicht mehr möglich.',
}

const connection: Words['connection'] = {
  live: 'Live',
  connecting: 'Wird verbunden',
  reconnecting: 'Wird neu verbunden',
  offline: 'Offline',
  ended: 'Nicht live',
  polling: (seconds) => `Aktualisiert alle ${seconds} s`,
  reconnect: 'Neu verbinden',
  liveAgain: 'Wieder live',
  liveAfter: (missed) =>
    plural(missed, {
      one: 'Live, # verpasstes Ereignis nachgeholt',
      other: 'Live, # verpasste Ereignisse nachgeholt',
    }),
  replaying: (done, all) => `${number(done)} von ${number(all)} nachgeholt`,
  endedSignedOut: 'Nicht live: Ihre Sitzung ist abgelaufen',
  endedRight: 'Nicht live: Ihre Rolle wurde geändert',
  endedGone: 'Nicht live: Sie sind kein Mitglied mehr',
  cut: 'Verbindung trennen',
  cutHint: 'Trennt die Verbindung, um zu zeigen, dass nichts verloren geht',
  cutOff: 'Getrennt',
  cutFor: (seconds) => `Seit ${number(seconds)} s getrennt`,
}

const errors: Words['errors'] = {
  page: 'Etwas ist schiefgegangen. Laden Sie die Seite neu, um fortzufahren.',
  unreachable:
    'Keine Verbindung zum Server. Es ist nichts verloren gegangen. Versuchen Sie es gleich noch einmal.',
  unavailable: 'Der Server ist noch nicht bereit. Versuchen Sie es gleich noch einmal.',
  signedOut: 'Ihre Sitzung ist abgelaufen. Melden Sie sich erneut an.',
  forbidden: 'Sie haben keine Berechtigung mehr, das zu sehen.',
  tooMany: 'Zu viele Anfragen. Warten Sie einen Moment und versuchen Sie es noch einmal.',
  other:
    'Das hat auf dem Server nicht funktioniert. Versuchen Sie es noch einmal. Wenn es wieder passiert, wenden Sie sich an den Support.',
}

const limits: Words['refusals']['limits'] = {
  pendingInvites: (limit) =>
    `Es gibt bereits ${number(limit)} offene Einladungen, mehr sind nicht möglich. Widerrufen Sie einige, oder warten Sie auf Antworten.`,
  seats: (limit) => `Alle ${number(limit)} Plätze der Organisation sind belegt.`,
  domains: (limit) => `Eine Organisation kann bis zu ${number(limit)} E-Mail-Domains haben.`,
  apiTokens: (limit) =>
    `Das Limit von ${number(limit)} API-Tokens ist erreicht. Widerrufen Sie eines, das nicht mehr gebraucht wird.`,
  webhooks: (limit) => `Eine Organisation kann bis zu ${number(limit)} Webhooks haben.`,
  inviteLinks: (limit) =>
    `Eine Organisation kann bis zu ${number(limit)} aktive Einladungslinks haben. Widerrufen Sie zuerst einen.`,
}

const refusals: Words['refusals'] = {
  unknown: 'Das ist gerade nicht möglich. Laden Sie die Seite neu, und versuchen Sie es noch einmal.',
  limits,
  byType: {
    AlreadyOrgUserError: 'Diese Person ist bereits Mitglied.',
    AppRoleInUseError:
      'Diese Produktrolle wird noch verwendet. Entziehen Sie sie zuerst allen, die sie haben.',
    AppRoleNotGrantableError: ({ appRole }) =>
      appRole
        ? `Mit Ihrer Rolle können Sie „${appRole}“ nicht geben oder entziehen.`
        : 'Mit Ihrer Rolle können Sie diese Produktrolle nicht geben oder entziehen.',
    EmailDomainNotAllowedError:
      'Das ist ein öffentlicher E-Mail-Anbieter: Dort kann jeder eine Adresse haben. Verwenden Sie die Domain Ihrer Firma.',
    EmailDomainNotVerifiedError:
      'Der DNS-Eintrag ist noch nicht sichtbar. Änderungen am DNS können einige Stunden dauern.',
    EmailDomainTakenError: 'Eine andere Organisation hat diese Domain bereits bestätigt.',
    EmailNotConfiguredError:
      'Dieser Server kann keine E-Mails senden. Laden Sie ohne E-Mail ein, und geben Sie den Link weiter.',
    EmailNotVerifiedError:
      'Ihre E-Mail-Adresse ist nicht bestätigt. Bestätigen Sie sie dort, wo Sie sich anmelden, und melden Sie sich dann erneut an.',
    IdempotencyKeyReusedError:
      'Das wurde bereits mit anderen Angaben ausgeführt. Laden Sie die Seite neu, und versuchen Sie es noch einmal.',
    InvalidInputError: 'Prüfen Sie Ihre Eingaben.',
    LastOwnerError: 'Eine Organisation braucht einen Inhaber. Machen Sie zuerst jemand anderen zum Inhaber.',
    LimitReachedError: ({ limit, limitOf }) =>
      limit !== undefined && limitOf ? limits[limitOf](limit) : 'Ein Limit der Organisation ist erreicht.',
    NotFoundError: 'Das gibt es nicht mehr, oder Sie haben keinen Zugriff mehr darauf.',
    OrgExternalIdTakenError: 'Eine andere Organisation hat diese ID bereits.',
    OrgHasResourcesError: 'Die Organisation hat noch Inhalte im Produkt. Entfernen Sie diese zuerst dort.',
    OrgInviteAlreadyPendingError:
      'Diese Person hat bereits eine offene Einladung. Senden Sie diese erneut, oder widerrufen Sie sie.',
    OrgInviteForAnotherUserError:
      'Diese Einladung ist für eine andere Adresse. Melden Sie sich mit der Adresse an, an die sie ging.',
    OrgInviteLinkEndedError: 'Dieser Link ist nicht mehr gültig. Bitten Sie um einen neuen.',
    OrgInviteNotExpiredError: 'Diese Einladung ist nicht abgelaufen. Laden Sie die Seite neu.',
    OrgInviteNotPendingError: ({ inviteStatus }) =>
      ({
        ACCEPTED: 'Diese Einladung wurde bereits angenommen.',
        DECLINED: 'Diese Einladung wurde bereits abgelehnt.',
        REVOKED: 'Diese Einladung wurde widerrufen.',
        EXPIRED: 'Diese Einladung ist abgelaufen.',
        PENDING: 'Diese Einladung ist offen.',
      })[inviteStatus ?? 'EXPIRED'],
    OrgJoinRequestAlreadyPendingError:
      'Sie haben den Beitritt bereits angefragt. Warten Sie auf die Antwort, oder ziehen Sie die Anfrage zurück.',
    OrgJoinRequestNotPendingError: ({ requestStatus }) =>
      ({
        APPROVED: 'Diese Anfrage wurde bereits angenommen.',
        DECLINED: 'Diese Anfrage wurde bereits abgelehnt.',
        WITHDRAWN: 'Diese Anfrage wurde zurückgezogen.',
        PENDING: 'Diese Anfrage ist offen.',
      })[requestStatus ?? 'WITHDRAWN'],
    OrgNameTakenError: 'Eine andere Organisation hat diesen Namen bereits.',
    OrgNotActiveError: ({ orgStatus }) =>
      orgStatus === 'DEPROVISIONING'
        ? 'Diese Organisation wird gelöscht und kann nicht geändert werden.'
        : 'Diese Organisation wird noch eingerichtet. Versuchen Sie es später noch einmal.',
    OrgSlugTakenError: 'Eine andere Organisation hat diesen Namen in der URL bereits.',
    OrgUserSuspendedError: 'Dieses Mitglied ist gesperrt. Entsperren Sie es zuerst.',
    PermissionDeniedError: ({ permission }) =>
      permission
        ? `Ihre Rolle erlaubt das nicht mehr („${permission}“). Wenden Sie sich an einen Inhaber oder Admin.`
        : 'Ihre Rolle erlaubt das nicht. Wenden Sie sich an einen Inhaber oder Admin.',
    RateLimitedError: ({ wait }) =>
      wait
        ? `Das war zu oft. Versuchen Sie es ${wait} noch einmal.`
        : 'Das war zu oft. Versuchen Sie es später noch einmal.',
    RoleNotGrantableError: ({ role }) =>
      role ? `Das kann nur jemand mit der Rolle ${role}.` : 'Das kann nur jemand mit einer höheren Rolle.',
    SoleOwnerError:
      'Sie sind der einzige Inhaber einer Organisation. Machen Sie zuerst jemand anderen zum Inhaber, oder löschen Sie sie.',
    WebhookDisabledError: 'Dieser Webhook ist ausgeschaltet. Schalten Sie ihn zuerst ein.',
  },
  byField: {
    add: 'Wählen Sie mindestens eine Rolle, die hinzukommt oder wegfällt.',
    appRoleIds: 'Wählen Sie weniger Produktrollen.',
    bindEmailDomain: 'Geben Sie eine Domain wie beispiel.de ein.',
    description: 'Verwenden Sie höchstens 1.000 Zeichen.',
    domain: 'Geben Sie eine Domain wie beispiel.de ein.',
    email: 'Geben Sie eine E-Mail-Adresse wie name@beispiel.de ein.',
    emailDomains: 'Geben Sie Domains wie beispiel.de ein, durch Kommas getrennt.',
    eventTypes: 'Wählen Sie mindestens ein Ereignis.',
    expiresAt: 'Wählen Sie ein früheres oder späteres Datum.',
    fromUserId: 'Das kann nur ein Inhaber.',
    invitees: 'Laden Sie höchstens 100 Personen auf einmal ein.',
    key: 'Verwenden Sie Kleinbuchstaben, Ziffern und _ . : -',
    locale: 'Wählen Sie eine andere Sprache.',
    logoUrl: 'Geben Sie eine vollständige Adresse ein, die mit https:// beginnt.',
    maxUses: 'Geben Sie eine Zahl von 1 bis 10.000 ein.',
    message: 'Diese Nachricht ist zu lang oder enthält Zeichen, die nicht erlaubt sind.',
    name: 'Geben Sie einen Namen mit höchstens 100 Zeichen ein.',
    orgInviteId: 'Diese Einladung ist noch offen. Widerrufen Sie sie zuerst.',
    permissions: 'Wählen Sie mindestens ein Recht.',
    remove: 'Wählen Sie jede Rolle nur einmal.',
    roles: 'Wählen Sie mindestens eine Rolle.',
    slug: 'Verwenden Sie 1 bis 63 Kleinbuchstaben, Ziffern und Bindestriche. Ein Bindestrich darf nicht am Anfang oder Ende stehen.',
    url: 'Geben Sie eine öffentliche Adresse wie https://beispiel.de/webhooks ein.',
    userId: 'Wählen Sie ein anderes Mitglied.',
  },
  unknownField: 'Dieser Wert ist nicht erlaubt.',
}

/** The organization's settings page, beside the blocks of its panels. */
const orgSettings: Words['orgSettings'] = {
  lead: {
    general: 'Name und Logo der Organisation und ihr Name in der URL.',
    domains:
      'Fügen Sie die E-Mail-Domain Ihres Unternehmens hinzu und weisen Sie nach, dass sie Ihnen gehört. Wer dort eine Adresse hat, kann dann beitreten oder den Beitritt anfragen, wie Sie es festlegen.',
    links:
      'Wer einen Einladungslink hat, kann damit beitreten, bis er abläuft, ausgeschöpft ist oder widerrufen wird.',
    roles: 'Die Rollen, die das Produkt festlegt, und wer sie vergeben kann.',
    tokens:
      'Ein Programm greift mit einem Token auf diese Organisation zu, nur mit den Rechten, die Sie wählen.',
    webhooks: 'Ein Webhook sendet signiert und der Reihe nach an Ihr Programm, was hier geschieht.',
    danger: 'Diese Änderungen können Sie selbst nicht rückgängig machen.',
  },
  general: 'Allgemein',
  danger: 'Verlassen oder löschen',
  details: 'Details',
  created: 'Erstellt',
  plan: 'Tarif',
  dataRegion: 'Datenregion',
  dataRegionOf: (region) => `${region}, nicht mehr änderbar`,
  ofProduct: 'Für Ihr Produkt',
  externalId: 'Externe ID',
  externalIdHint: 'Optional. Die ID, die Ihr Produkt dieser Organisation gibt. Sie muss eindeutig sein.',
  metadata: 'Metadaten',
  metadataHint: 'Ein JSON-Objekt, das Ihr Produkt hier ablegt. Mitglieder können es lesen.',
  notJson: 'Geben Sie ein JSON-Objekt ein, zum Beispiel {"plan": "gold"}.',
  record:
    'Tragen Sie diesen TXT-Eintrag im DNS der Domain ein. Prüfen Sie ihn dann hier. DNS-Änderungen können einige Stunden dauern.',
  recordName: 'Name',
  recordValue: 'Wert',
  theRecordName: (domain) => `(Name des Eintrags für ${domain})`,
  theRecordValue: (domain) => `(Wert des Eintrags für ${domain})`,
  isThere: (domain) => `${domain} ist schon in der Liste.`,
  domainAdded: (domain) => `${domain} wurde hinzugefügt`,
  domainVerified: (domain) => `${domain} ist bestätigt`,
  notVerified: (domain) => `Der TXT-Eintrag von ${domain} wurde noch nicht gefunden.`,
  removePending: 'Über diese Domain kann noch niemand beitreten, es ändert sich also für niemanden etwas.',
  noActiveLinks: 'Keine aktiven Einladungslinks',
  endedLinks: (count) => plural(count, { one: '# beendeter Link', other: '# beendete Links' }),
  noActiveTokens: 'Keine aktiven API-Tokens',
  endedTokens: (count) =>
    plural(count, {
      one: '# widerrufenes oder abgelaufenes Token',
      other: '# widerrufene oder abgelaufene Tokens',
    }),
  expiredWhen: (when) => say`${when} abgelaufen`,
  handOverLead: 'Ein anderes Mitglied wird Inhaber, und Sie werden Admin.',
  handOverSearch: 'Mitglieder suchen',
  handOverTo: (who) => `an ${who}`,
  noHeir: 'Kein anderes aktives Mitglied gefunden.',
  leaveTitle: 'Organisation verlassen',
  onlyOwner: 'Sie sind der einzige Inhaber. Machen Sie zuerst jemand anderen zum Inhaber.',
  deleteLead: 'Die Organisation wird mit allem, was dazugehört, endgültig gelöscht.',
  deleteFollows: 'Das lässt sich nicht rückgängig machen. Endgültig gelöscht werden:',
  deletedMembers: (count) => plural(count, { one: '# Mitgliedschaft', other: '# Mitgliedschaften' }),
  deletedRest: 'alle Einladungen, Links, Domains, API-Tokens und Webhooks',
  deletedHistory: 'der Aktivitätsverlauf',
  owns: (owned) =>
    `Der Organisation gehören in Ihrem Produkt noch ${owned}. Löschen oder verschieben Sie diese zuerst.`,
  typeName: (org) => `Geben Sie zur Bestätigung „${org}“ ein`,
  deleteForGood: 'Endgültig löschen',
  event: 'Ereignis',
  eventNumber: (seq) => `Ereignis ${number(seq)}`,
  eventWaits: (seq) => `Spätere Ereignisse warten, bis Ereignis ${number(seq)} zugestellt ist.`,
  response: 'Letzte Antwort',
  answered: (status) => `Angenommen mit Status ${status}`,
  sentAgain: (seq) => `Ereignis ${number(seq)} wurde erneut gesendet. Das Ergebnis erscheint hier.`,
  deliveriesTo: (url) => `Zustellungen an ${url}`,
  deliveriesCaption: 'Zustellungen der letzten 30 Tage, neueste zuerst',
  olderDeliveries: 'Ältere Zustellungen',
  tried: (attempts) => plural(attempts, { one: 'einmal versucht', other: '#-mal versucht' }),
  lastTried: (when) => say`zuletzt ${when}`,
  nextTry: (when) => say`nächster Versuch ${when}`,
  nextNow: 'nächster Versuch jetzt',
}

export const de: Words = {
  common,
  language,
  theme,
  time,
  signIn,
  invitePage,
  joinPage,
  dashboard,
  org,
  settings,
  orgSettings,
  domains,
  members,
  invites,
  inviteDialog,
  lists,
  inviteLinks,
  joinRequests,
  inbox,
  apiTokens,
  permissions,
  roles,
  appRoles,
  webhooks,
  events,
  figures,
  dialogs,
  connection,
  errors,
  refusals,
}
