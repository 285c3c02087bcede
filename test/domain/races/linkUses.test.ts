import { expect, it } from 'vitest'
import { createLink, joinByLink, readLinks } from '../../support/inviteLinks.js'
import { createOrg } from '../../support/mutate.js'
import { ask, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '200' } })

it('of a hundred who join at once by a link for 30, on two servers, 30 get in', async () => {
  const other = await testServer.startAnother()
  const owner = await testServer.signUp()
  const orgId = await createOrg(owner)
  const link = await createLink(owner, orgId, { maxUses: 30 })
  const people = []
  for (let number = 0; number < 100; number++) people.push(await testServer.signUp())
  const answers = await Promise.all(
    people.map(({ authorization, ...person }, index) =>
      joinByLink(
        {
          ...person,
          authorization,
          ask: (document, variables) =>
            ask(index % 2 === 0 ? testServer.url : other.url, authorization, document, variables),
        },
        link,
      ),
    ),
  )
  expect(answers.filter(({ __typename }) => __typename === 'JoinOrgByLinkPayload')).toHaveLength(30)
  expect(answers.filter(({ linkStatus }) => linkStatus === 'USED_UP')).toHaveLength(70)
  expect((await readLinks(owner, orgId)).nodes[0]).toMatchObject({ uses: 30, status: 'USED_UP' })
}, 60_000)
