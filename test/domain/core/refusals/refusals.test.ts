import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { mailboxMailer } from '../../../../src/mail/mailer.js'
import { startDnsServer } from '../../../support/dnsServer.js'
import { mutate, mutations, unionMembersOf } from '../../../support/mutate.js'
import { usePeople } from '../../../support/people.js'
import { useTestServer } from '../../../support/testServer.js'
import type { Fixture } from './cases/fixture.js'
import { cases } from './cases.js'

const dns = await startDnsServer()
const mailbox = await mkdtemp(join(tmpdir(), 'guildhall-mailbox-'))
afterAll(() => Promise.all([dns.close(), rm(mailbox, { recursive: true })]))

const server = useTestServer({ env: { DNS_SERVERS: dns.address } })
const limited = useTestServer({
  env: {
    FREE_SEATS: '3',
    FREE_PENDING_INVITES: '2',
    INVITES_PER_ORG_PER_DAY: '4',
    MAILS_PER_ADDRESS_PER_DAY: '2',
    ORGS_PER_USER_PER_DAY: '3',
    ACCESS_TOKENS_PER_USER_PER_MINUTE: '1',
    MAX_API_TOKENS_PER_ORG: '1',
    MAX_EMAIL_DOMAINS_PER_ORG: '1',
  },
  mailer: () => mailboxMailer(mailbox),
})
const fixture: Fixture = { server, limited, people: usePeople(server), dns }

it('every mutation has a case for every member of its result union', () => {
  expect(Object.fromEntries(mutations.map((name) => [name, Object.keys(cases[name] ?? {}).sort()]))).toEqual(
    Object.fromEntries(mutations.map((name) => [name, unionMembersOf(name).toSorted()])),
  )
})

describe.each(mutations)('%s, when only __typename is requested, answers', (mutation) => {
  for (const [member, testCase] of Object.entries(cases[mutation] ?? {}))
    it(member, async () => {
      const { client, input, changes = false } = await testCase(fixture)
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
      expect(
        await client.ask(`mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename } }`, {
          input,
        }),
      ).toEqual({ data: { [mutation]: { __typename: member } } })
      // A refusal changes nothing: the same call, this time with all fields, gets the same answer.
      if (!member.endsWith('Payload') && !changes)
        expect(await mutate(client, mutation, input)).toMatchObject({ __typename: member })
    })
})
