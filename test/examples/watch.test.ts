import { describe, expect, it, vi } from 'vitest'
import { watch } from '../../examples/recipes/watch.js'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { useTestServer } from '../support/testServer.js'

describe('the example that watches an org without a library', () => {
  const testServer = useTestServer()

  it('shows the org from the first read until it is deleted, and gets new tokens when it must', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const { data } = await owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
    const seen: number[] = []
    const watching = watch(
      testServer.url,
      { orgId, after: data.org.eventCursor },
      {
        accessToken: async ({ refresh }) =>
          refresh ? (owner.authorization?.replace('Bearer ', '') ?? '') : 'gh_outworn',
      },
      ({ seq }) => seen.push(seq),
    )
    await invite(owner, orgId, 'ben@example.com')
    await vi.waitFor(() => expect(seen).toEqual([3]), { timeout: 10_000 })
    await mutate(owner, 'deleteOrg', { orgId })
    await watching
    expect(seen).toEqual([3, 4, 5])
  })
})
