import { describe, expect, it } from 'vitest'
import type { OrgEvent } from '../../../packages/node/src/mirror/documents.js'
import { type Memberships, memberships } from '../../../packages/node/src/mirror/memberships.js'

const event = (seq: number, fields: Partial<OrgEvent> = {}): OrgEvent => ({
  orgId: 'org',
  seq,
  cursor: `cursor ${seq}`,
  ...fields,
})
const ofMember = (seq: number, memberEventType: OrgEvent['memberEventType'] & string, ...roles: 'ADMIN'[]) =>
  event(seq, { memberEventType, userId: 'user', roles, appRoles: [] })

const stateOf = (mirrored: Memberships) => mirrored.get('user', 'org')

describe('memberships', () => {
  it('of a new org begin with its first event', () => {
    const mirrored = memberships()
    expect(mirrored.apply(event(1, { orgEventType: 'CREATED', org: { id: 'org' } }))).toBe('applied')
    expect(mirrored.apply(ofMember(2, 'JOINED', 'ADMIN'))).toBe('applied')
    expect(stateOf(mirrored)).toMatchObject({ roles: ['ADMIN'], isActive: true })
  })

  it('say that an event is missing, and change nothing', () => {
    const mirrored = memberships()
    expect(mirrored.apply(ofMember(7, 'JOINED', 'ADMIN'))).toBe('missing')
    mirrored.put('org', 7, new Map())
    expect(mirrored.apply(ofMember(9, 'JOINED', 'ADMIN'))).toBe('missing')
    expect(stateOf(mirrored)).toBeUndefined()
    expect(mirrored.apply(ofMember(8, 'JOINED', 'ADMIN'))).toBe('applied')
    expect(mirrored.apply(ofMember(8, 'REMOVED'))).toBe('known')
    expect(stateOf(mirrored)).toBeDefined()
  })

  it('give no right for a change of roles of somebody who was removed before the org was read', () => {
    const mirrored = memberships()
    mirrored.put('org', 4, new Map())
    mirrored.apply(ofMember(5, 'ROLES_CHANGED', 'ADMIN'))
    expect(stateOf(mirrored)).toMatchObject({ isActive: false })
    mirrored.apply(ofMember(6, 'REMOVED'))
    expect(stateOf(mirrored)).toBeUndefined()
  })

  it('are right again once all events are applied that the read state had already', () => {
    const happened = [
      ofMember(1, 'JOINED', 'ADMIN'),
      ofMember(2, 'SUSPENDED', 'ADMIN'),
      ofMember(3, 'ROLES_CHANGED'),
      ofMember(4, 'REINSTATED'),
      ofMember(5, 'REMOVED'),
      ofMember(6, 'JOINED'),
      ofMember(7, 'ROLES_CHANGED', 'ADMIN'),
      ofMember(8, 'SUSPENDED', 'ADMIN'),
      ofMember(9, 'LEFT'),
    ]
    // Read when so many events had happened, although the number was read when only `from` had.
    for (let from = 0; from <= happened.length; from++)
      for (let read = from; read <= happened.length; read++)
        for (let end = read; end <= happened.length; end++) {
          const source = memberships()
          source.put('org', 0, new Map())
          for (const one of happened.slice(0, read)) source.apply(one)
          const known = stateOf(source)
          const mirrored = memberships()
          mirrored.put('org', from, new Map(known ? [['user', known]] : []))
          for (const one of happened.slice(from, end)) mirrored.apply(one)
          for (const one of happened.slice(read, end)) source.apply(one)
          expect(stateOf(mirrored), `${from} ${read} ${end}`).toEqual(stateOf(source))
          expect(mirrored.size()).toEqual(source.size())
        }
  })

  it('end with the org', () => {
    const mirrored = memberships()
    mirrored.put('org', 3, new Map([['user', { roles: ['ADMIN'], appRoles: [], isActive: true }]]))
    expect(mirrored.apply(event(9, { orgEventType: 'STATUS_CHANGED', org: null }))).toBe('applied')
    expect(mirrored.size()).toEqual({ orgs: 0, members: 0 })
    expect(mirrored.apply(event(4, { orgEventType: 'RENAMED', org: null }))).toBe('missing')
  })

  it('do not end with a change of status', () => {
    const mirrored = memberships()
    mirrored.put('org', 3, new Map())
    mirrored.apply(event(4, { orgEventType: 'STATUS_CHANGED', org: { id: 'org' } }))
    expect(mirrored.size().orgs).toBe(1)
  })
})
