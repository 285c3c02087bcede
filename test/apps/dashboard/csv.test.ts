import { describe, expect, it } from 'vitest'
import { roleChange } from '../../../apps/dashboard/src/live/panels/roleChange.js'
import { addressKey, judge, peopleIn } from '../../../apps/dashboard/src/model/csv.js'

describe('people in a file', () => {
  it('are found by the names of the columns', () => {
    expect(
      peopleIn([
        ['Name', 'E-Mail', 'Rolle'],
        ['Grace', ' grace@a.example ', 'Admin'],
        ['Alan', '', ''],
      ]),
    ).toEqual([
      { line: 2, email: 'grace@a.example', role: 'Admin' },
      { line: 3, email: '', role: '' },
    ])
  })

  it('are found without names, by what looks like an address and like a role', () => {
    expect(
      peopleIn([
        ['1', 'user', 'grace@a.example'],
        ['2', 'admin', 'alan@a.example'],
      ]),
    ).toEqual([
      { line: 1, email: 'grace@a.example', role: 'user' },
      { line: 2, email: 'alan@a.example', role: 'admin' },
    ])
    expect(peopleIn([['a'], ['b']])).toBeNull()
    expect(peopleIn([])).toBeNull()
  })

  it('are judged one by one, each with the first reason', () => {
    const row = (email: string, role = '') => ({ line: 0, email, role })
    const known = {
      members: new Set(['in@a.example']),
      pending: new Set(['asked@xn--bcher-kva.example']),
      assignable: ['ADMIN', 'USER'] as const,
    }
    const rows = [
      row('new@a.example', 'Mitglied'),
      row('NEW@A.example'),
      row('In@a.example'),
      row('asked@bücher.example'),
      row('no address'),
      row(''),
      row('two@a.example', 'OWNER'),
      row('three@a.example', 'toString'),
    ]
    expect(judge(rows, known).map(({ verdict, grants }) => [verdict, grants])).toEqual([
      ['good', 'USER'],
      ['duplicate', null],
      ['member', null],
      ['pending', null],
      ['invalid', null],
      ['empty', null],
      ['roleAbove', 'OWNER'],
      ['unknownRole', null],
    ])
  })

  it('have the same address in every case and with every spelling of the domain', () => {
    expect(addressKey('Ada@Bücher.Example')).toBe(addressKey('ada@xn--bcher-kva.example'))
    expect(addressKey('nonsense')).toBe('nonsense')
  })
})

describe('a change of role', () => {
  it('makes it the highest and leaves the lower ones', () => {
    expect(roleChange(['USER'], 'ADMIN')).toEqual({ add: ['ADMIN'] })
    expect(roleChange(['USER', 'ADMIN'], 'USER')).toEqual({ remove: ['ADMIN'] })
    expect(roleChange(['OWNER'], 'USER')).toEqual({ add: ['USER'], remove: ['OWNER'] })
    expect(roleChange(['USER', 'ADMIN'], 'ADMIN')).toEqual({})
  })
})
