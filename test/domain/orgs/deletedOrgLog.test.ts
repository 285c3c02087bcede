import { expect, it, vi } from 'vitest'
import { logLines } from '../../support/logLines.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { useTestServer } from '../../support/testServer.js'

const { log, lines } = logLines()
const testServer = useTestServer({ log })
/** Returns the UUID in a global id. */
const inner = (id: string) => Buffer.from(id, 'base64').toString().split(':').at(-1)

it('an org that is deleted for good is in the log, with who deleted it', async () => {
  const owner = await testServer.signUp()
  const [byPerson, byInstance] = [await createOrg(owner), await createOrg(owner)]
  await mutate(owner, 'deleteOrg', { orgId: byPerson }, '__typename')
  await mutate(testServer.instance, 'deleteOrg', { orgId: byInstance }, '__typename')
  const gone = () =>
    lines
      .filter(({ msg }) => msg === 'an org was deleted for good')
      .map(({ orgId, userId, apiTokenId }) => ({ orgId, userId, apiTokenId }))
  await vi.waitFor(() => expect(gone()).toHaveLength(2), { timeout: 20_000, interval: 50 })
  expect(gone()).toEqual(
    expect.arrayContaining([
      { orgId: inner(byPerson), userId: inner(owner.id), apiTokenId: null },
      { orgId: inner(byInstance), userId: null, apiTokenId: null },
    ]),
  )
})
