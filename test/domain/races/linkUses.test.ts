import { expect, it } from 'vitest'
import { createLink, joinByLink, readLinks, type TestLink } from '../../support/inviteLinks.js'
import { createOrg } from '../../support/mutate.js'
import { ask, type TestPerson, useTestServer } from '../../support/testServer.js'
import { ROUNDS } from './rounds.js'

/** On a busy machine some wait so long for the org's lock that the server asks them to try again. */
async function join(
  person: TestPerson,
  link: TestLink,
): Promise<{ __typename: string; linkStatus?: string }> {
  return joinByLink(person, link).catch((error: Error) => {
    if (error.message.includes('UNAVAILABLE')) return join(person, link)
    throw error
  })
}

const testServer = useTestServer({ env: { FREE_SEATS: '200' } })

it('of a hundred who join at once by a link for 30, on two servers, 30 get in', async () => {
  const other = await testServer.startAnother()
  const owner = await testServer.signUp()
  const people: TestPerson[] = []
  while (people.length < 100) {
    const { authorization, ...person } = await testServer.signUp()
    const url = people.length % 2 === 0 ? testServer.url : other.url
    people.push({
      ...person,
      authorization,
      ask: (document, variables) => ask(url, authorization, document, variables),
    })
  }
  for (let round = 0; round < ROUNDS; round++) {
    const orgId = await createOrg(owner)
    const link = await createLink(owner, orgId, { maxUses: 30 })
    const answers = await Promise.all(people.map((person) => join(person, link)))
    expect(answers.filter(({ __typename }) => __typename === 'JoinOrgByLinkPayload')).toHaveLength(30)
    expect(answers.filter(({ linkStatus }) => linkStatus === 'USED_UP')).toHaveLength(70)
    expect((await readLinks(owner, orgId)).nodes[0]).toMatchObject({ uses: 30, status: 'USED_UP' })
  }
}, 300_000)
