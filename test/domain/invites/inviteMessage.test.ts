import { describe, expect, it } from 'vitest'
import { parseInviteMessage } from '../../../src/domain/invites/inviteMessage.js'

describe('an invite’s message', () => {
  it.each([
    ['Welcome!', 'Welcome!'],
    ['  Hi\r\n\r\nAda\rBob\u2028Eve\n', 'Hi\n\nAda\nBob\nEve'],
    ['a\tb', 'a\tb'],
    ['<b>x</b> & 😀', '<b>x</b> & 😀'],
    ['😀'.repeat(1_000), '😀'.repeat(1_000)],
    ['', null],
    [' \n ', null],
    ['\u200b', null],
    [null, null],
    [undefined, null],
  ])('%j becomes %j', (text, message) => {
    expect(parseInviteMessage(text)).toEqual({ ok: true, value: message })
  })

  it.each([
    ['a'.repeat(1_001), '1,001'],
    ['a\0b', 'NUL'],
    ['a\u001bb', 'escape'],
    ['a\u202eb', 'override'],
    ['a\u2067b', 'isolate'],
    ['a\udfffb', 'half a surrogate pair'],
  ])('is refused: %j (%s)', (text) => {
    expect(parseInviteMessage(text).ok).toBe(false)
  })
})
