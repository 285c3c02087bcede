import { expect, it } from 'vitest'
import { ask, useTestServer } from '../support/testServer.js'

const testServer = useTestServer()

it('null for @skip or @include is an error, whatever was requested before', async () => {
  const document =
    'query($shown: Boolean = true) { orgInvitePreview(token: "") { orgName } viewer @include(if: $shown) { id } }'
  const answer = (variables: object) => ask(testServer.url, undefined, document, { ...variables })
  const refused = await answer({ shown: null })
  expect(refused.errors).toMatchObject([{ message: expect.stringContaining('null') }])
  for (const shown of [false, false, true, false])
    expect((await answer({ shown })).data).toEqual({ orgInvitePreview: null, ...(shown && { viewer: null }) })
  expect(await answer({ shown: null })).toEqual(refused)
})
