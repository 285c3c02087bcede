import { describe, expect, it } from 'vitest'
import { cursorCodec } from '../src/domain/core/cursor.js'
import { parseLabel } from '../src/domain/core/label.js'
import { parseOrgName } from '../src/domain/core/orgName.js'
import { parseSearch } from '../src/domain/core/searchText.js'
import { isTokenShaped } from '../src/domain/core/token.js'
import { parseInviteMessage } from '../src/domain/invites/inviteMessage.js'
import { asciiHost } from '../src/domain/users/asciiHost.js'
import { parseDomain } from '../src/domain/users/domain.js'
import { parseEmail } from '../src/domain/users/email.js'
import { cleanPersonName } from '../src/domain/users/personName.js'
import { isSubject } from '../src/domain/users/subject.js'
import { decodeAnyId } from '../src/graphql/globalId.js'

const cursors = cursorCodec(Buffer.alloc(32))
const parsers: Record<string, (text: string) => unknown> = {
  parseEmail,
  parseLabel,
  parseOrgName,
  parseSearch,
  parseInviteMessage,
  cleanPersonName,
  parseDomain,
  asciiHost,
  isSubject,
  isTokenShaped: (text) => isTokenShaped('gi_', text),
  decodeAnyId,
  decodeSeq: (text) => cursors.decodeSeq('a', text),
  decodeKeyset: (text) => cursors.decodeKeyset('a', text),
}

const LENGTH = 250_000
/** Text that makes naive patterns and Unicode algorithms slow, around what a parser looks for. */
const hostile: Record<string, (length: number) => string> = {
  blanks: (length) => `a${' '.repeat(length)}@x.example`,
  'combining marks': (length) => `a${'\u0301\u0327'.repeat(length / 2)}`,
  'marks in runs': (length) => `a${'\u0301'.repeat(length / 2)}${'\u0327'.repeat(length / 2)}`,
  ligatures: (length) => '\ufdfa'.repeat(length),
  surrogates: (length) => '\ud800'.repeat(length),
  digits: (length) => '1'.repeat(length),
  brackets: (length) => `${'('.repeat(length)}@x.example`,
  dots: (length) => `${'a.'.repeat(length / 2)}@x.example`,
  'line breaks': (length) => '\r\n'.repeat(length / 2),
  'invisible characters': (length) => '\u200b'.repeat(length),
}

const cpuMs = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

describe('a parser of untrusted text takes less than 100 ms of CPU time, whatever the text:', () => {
  it.each(Object.keys(parsers))('%s', (name) => {
    for (const [what, text] of Object.entries(hostile))
      for (const length of [64, 400, 1_000, 4_000, 8_192, LENGTH])
        expect(
          cpuMs(() => parsers[name]?.(text(length))),
          `${length} ${what}`,
        ).toBeLessThan(100)
  })
})
