import { decodeGlobalID, encodeGlobalID } from '@pothos/plugin-relay'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAnyId, decodeId, encodeId } from '../../src/graphql/globalId.js'

const uuid = '0190f5a0-1234-7abc-8def-000000000001'
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a global id', () => {
  it('is encoded and decoded like Pothos’s relay plugin does', () => {
    fc.assert(
      fc.property(fc.constantFrom('Org', 'OrgUser', 'OrgInvite'), fc.uuid(), (type, id) => {
        expect(encodeId(type, id)).toBe(encodeGlobalID(type, id))
        expect(decodeGlobalID(encodeId(type, id))).toEqual({ typename: type, id })
        expect(decodeId(type, encodeId(type, id))).toBe(id)
        expect(decodeAnyId(encodeId(type, id))).toEqual({ type, uuid: id })
      }),
    )
  })

  it('of another type is refused', () => {
    expect(decodeId('Org', encodeId('OrgUser', uuid))).toBeNull()
    expect(decodeId('OrgUser', encodeId('Org', uuid))).toBeNull()
    expect(decodeId('org', encodeId('Org', uuid))).toBeNull()
  })

  it.each([
    ['', 'nothing'],
    [uuid, 'a bare uuid'],
    [`Org:${uuid}`, 'not encoded'],
    [base64('Org'), 'no id'],
    [base64('Org:'), 'empty id'],
    [base64(`:${uuid}`), 'no type'],
    [base64(uuid), 'no colon'],
    [base64('Org:1'), 'no uuid'],
    [base64(`Org:${uuid.toUpperCase()}`), 'upper case'],
    [base64(`Org:${uuid.replaceAll('-', '')}`), 'no hyphens'],
    [base64(`Org:{${uuid}}`), 'braces'],
    [base64(`Org:${uuid} `), 'space'],
    [base64(`Org:${uuid}\n`), 'line break'],
    [base64(`Org:${uuid}\0`), 'NUL'],
    [base64(`Org:x:${uuid}`), 'two colons'],
    [base64(`Örg:${uuid}`), 'not ASCII'],
    [`${encodeId('Org', uuid)}=`, 'padded too much'],
    [`${encodeId('Org', uuid)}\n`, 'line break after'],
    [` ${encodeId('Org', uuid)}`, 'space before'],
    [encodeId('OrgUser', uuid).replace(/=+$/, ''), 'not padded'],
    [base64(`Org:${uuid}`.repeat(100_000)), 'far too long'],
    ['\ud800'.repeat(20), 'surrogates'],
  ])('%j is refused (%s)', (id) => {
    expect(decodeAnyId(id)).toBeNull()
    expect(decodeId('Org', id)).toBeNull()
  })

  it('has only one spelling: encoding a decoded id gives the same text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.base64String(),
          fc.string().map(base64),
          fc.uuid().map((id) => base64(`Org:${id}`)),
        ),
        (id) => {
          const decoded = decodeAnyId(id)
          if (decoded) expect(encodeId(decoded.type, decoded.uuid)).toBe(id)
        },
      ),
    )
  })
})
