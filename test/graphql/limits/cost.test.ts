import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { costMeter, type FieldSize } from '../../../src/graphql/limits/cost.js'
import { schema } from '../../../src/graphql/schema.js'

const costOf = (text: string, limits = { apiTokensPerOrg: 100, emailDomainsPerOrg: 20 }) => {
  const document = parse(text)
  return costMeter(schema, limits)(document, document.definitions[0] as OperationDefinitionNode)
}

describe('the cost of a document', () => {
  test('is known for every list field: it has pages, is as long as a list in its input, or declares its length', () => {
    const endless: string[] = []
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue
      // Their lists are as long as the page or as the list in the input.
      if (type.name.endsWith('Connection') || type.name === 'CreateOrgInvitesPayload') continue
      for (const field of Object.values(type.getFields())) {
        const { maxItems, usualItems } = field.extensions as FieldSize
        const isSized =
          maxItems !== undefined ||
          usualItems !== undefined ||
          isEnumType(getNamedType(field.type)) ||
          field.args.some((arg) => isListType(getNullableType(arg.type)) || arg.name === 'first')
        if (isListType(getNullableType(field.type)) && !isSized) endless.push(`${type.name}.${field.name}`)
      }
    }
    expect(endless).toEqual([])
  })

  test('counts a list field without pages as its maximum length', () => {
    expect(costOf('{ org(id: "") { emailDomains { domain } } }')).toBe(1 + 1 + 20)
    expect(
      costOf('{ org(id: "") { emailDomains { domain } } }', { apiTokensPerOrg: 1, emailDomainsPerOrg: 300 }),
    ).toBe(1 + 1 + 300)
    expect(costOf('{ apiTokens { name } }')).toBe(1 + 200)
    const permissions = schema.getType('Permission')
    const every = isEnumType(permissions) ? permissions.getValues().length : 0
    expect(costOf('{ org(id: "") { viewerPermissions } }')).toBe(1 + 1 + every)
  })

  test('lets whole pages have their app roles, and all app roles their permissions', () => {
    const appRole = 'id key name description permissions assignableBy createdAt'
    expect(costOf(`{ appRoles { ${appRole} } }`)).toBeLessThan(50_000 / 2)
    const members = 'appRoles { key name } appPermissions'
    expect(costOf(`{ org(id: "") { users(first: 100) { nodes { ${members} } } } }`)).toBeLessThan(50_000 / 2)
    expect(costOf(`{ org(id: "") { users { nodes { appRoles { ${appRole} } } } } }`)).toBeLessThan(50_000 / 2)
  })

  test('exceeds the limit with lists nested in themselves', () => {
    let inner = 'domain'
    for (let depth = 0; depth < 4; depth++) inner = `org { emailDomains { ${inner} } }`
    expect(costOf(`{ org(id: "") { emailDomains { ${inner} } } }`)).toBeGreaterThan(50_000)
  })

  test('counts what a filter reads and does not return', () => {
    const count = (filter: string) => costOf(`{ org(id: "") { invites${filter} { totalCount } } }`)
    expect(count('(filter: { search: "a" })') - count('(first: 20)')).toBe(200)
    // The dashboards of many orgs.
    expect(
      costOf('{ orgs(first: 100) { nodes { name users(filter: { roles: [OWNER] }) { totalCount } } } }'),
    ).toBeLessThan(50_000 / 2)
  })

  test('counts the rows that a page leaves out', () => {
    const page = (skip: string) =>
      costOf(`{ org(id: "") { users(first: 1, skip: ${skip}) { nodes { id } } } }`)
    const without = 1 + 1 + 1 + 1
    expect([page('0'), page('-5'), page('100')]).toEqual([without, without, without + 20])
    // As many as a list leaves out at most: the number is refused afterwards.
    expect(page('2000000000')).toBe(without + 10_000)
    const last = 'users(first: 1, skip: 50000) { nodes { id } }'
    expect(
      costOf(`{ org(id: "") { a: ${last} b: ${last} c: ${last} d: ${last} e: ${last} } }`),
    ).toBeGreaterThan(50_000)
  })

  test('counts long strings and long names as several fields', () => {
    expect(costOf('{ orgInvitePreview(token: "") { orgName } }')).toBe(2)
    expect(costOf('{ orgInvitePreview(token: "") { message } }')).toBe(2 + 10)
    expect(costOf(`{ orgInvitePreview(token: "") { ${'n'.repeat(250)}: orgName } }`)).toBe(2 + 2)
  })
})
