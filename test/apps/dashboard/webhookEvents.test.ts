import { expect, test } from 'vitest'
import { webhookEventTypes } from '../../../apps/dashboard/src/model/webhookEvents.js'
import { webhookEventTypes as known } from '../../../src/domain/webhooks/webhook.js'

test('the dashboard offers every type of event that a webhook can ask for', () => {
  expect(webhookEventTypes.flatMap(([, types]) => types).sort()).toEqual([...known].sort())
})
