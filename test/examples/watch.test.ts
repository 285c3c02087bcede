import { describe, expect, it, vi } from 'vitest'
import { watch } from '../../examples/recipes/watch.js'
import { act, foundOrg, invite } from '../support/mutate.js'
import { useWorld } from '../support/testServer.js'

describe('an org watched without a library', () => {
  const world = useWorld()

  it('is shown from what was read until it is gone, by a token that is fetched anew where it must', async () => {
    const owner = await world.person()
    const orgId = await foundOrg(owner)
    const { data } = await owner.ask('query($orgId: ID!) { org(id: $orgId) { eventCursor } }', { orgId })
    const seen: number[] = []
    const watching = watch(
      world.url,
      { orgId, after: data.org.eventCursor },
      {
        accessToken: async ({ refresh }) =>
          refresh ? (owner.authorization?.replace('Bearer ', '') ?? '') : 'gh_outworn',
      },
      ({ seq }) => seen.push(seq),
    )
    await invite(owner, orgId, 'ben@example.com')
    await vi.waitFor(() => expect(seen).toEqual([3]), { timeout: 10_000 })
    await act(owner, 'deleteOrg', { orgId })
    await watching
    expect(seen).toEqual([3, 4, 5])
  })
})
