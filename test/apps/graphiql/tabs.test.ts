import { readFileSync } from 'node:fs'
import { buildSchema, Kind, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import { tabs } from '../../../apps/graphiql/src/tabs.js'
import { costMeter } from '../../../src/graphql/limits/cost.js'
import { parseWithin } from '../../../src/graphql/limits/limits.js'
import { readSettings } from '../../../src/settings/settings.js'

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))
const { limits } = readSettings({})
const tour = tabs({ orgId: 'T3JnOjE=' })

describe('the tabs that GraphiQL opens with', () => {
  test('are those of the tour', () => {
    expect(tour.map(({ query }) => /(query|mutation|subscription) (\w+)/.exec(query)?.[2])).toEqual([
      'WhoAmI',
      'AnOrgAtAGlance',
      'InviteSomeone',
      'Accept',
      'WatchItLive',
      'DeniedAsAPlainMember',
    ])
  })

  test.each(tour)('can be run unchanged, within every default limit: $query', ({ query, variables }) => {
    const document = parseWithin(limits)(query)
    expect(validate(schema, document)).toEqual([])
    const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
    if (!operation) throw new Error('no operation')
    const given: Record<string, unknown> = variables === '' ? {} : JSON.parse(variables)
    expect(costMeter(schema, limits)(document, operation, given)).toBeLessThan(limits.cost)
    const declared = operation.variableDefinitions?.map(({ variable }) => variable.name.value)
    expect(declared).toEqual(expect.arrayContaining(Object.keys(given)))
  })
})
