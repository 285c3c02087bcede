import { expect, test } from 'vitest'
import { ask, codes } from './support/ask.js'
import { start } from './support/start.js'

test('a plain JSON POST needs no header beyond Content-Type', async () => {
  const { url } = await start()
  const { status, body } = await ask(url, '{ hello }')
  expect({ status, body }).toEqual({ status: 200, body: { data: { hello: 'world' } } })
})

test('the bearer is who asks; without one it is nobody', async () => {
  const { url } = await start()
  expect((await ask(url, '{ viewer }', { headers: { authorization: 'Bearer ada' } })).body.data).toEqual({
    viewer: 'ada',
  })
  expect((await ask(url, '{ viewer }')).body.data).toEqual({ viewer: 'nobody' })
})

test('a bad credential is HTTP 401 and UNAUTHENTICATED, and nothing runs', async () => {
  const { url, stage } = await start()
  const answer = await ask(url, 'mutation { add }', { headers: { authorization: 'Bearer revoked' } })
  expect(answer.status).toBe(401)
  expect(codes(answer)).toEqual(['UNAUTHENTICATED'])
  expect(stage.mutations).toBe(0)
})
