import fc from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'

/** Values for arguments: ids of existing and of missing objects. */
export interface Pool {
  ids: string[]
  texts: string[]
  cursors: string[]
}

export interface Generated {
  query: string
  variables: Record<string, unknown>
}

const MAX_DEPTH = 4

/** Generates valid documents field by field, with aliases, fragments, directives and variables. */
export function documentOf(schema: GraphQLSchema, pool: Pool, random: Random): Generated {
  const maker = new Maker(schema, pool, random)
  const query = schema.getQueryType() as GraphQLObjectType
  const selections = maker.selectionSet(query, 0)
  return { query: maker.document(selections), variables: maker.variables }
}

/** Random choices from fast-check, so that a failure can be reproduced from its seed. */
export class Random {
  constructor(readonly next: (below: number) => number) {}
  static of = (): fc.Arbitrary<Random> =>
    fc.infiniteStream(fc.nat(1_000_000)).map((stream) => {
      const numbers = stream[Symbol.iterator]()
      return new Random((below) => numbers.next().value % below)
    })
  pick<T>(of: readonly T[]): T {
    return of[this.next(of.length)] as T
  }
  random(percent: number): boolean {
    return this.next(100) < percent
  }
}

class Maker {
  readonly variables: Record<string, unknown> = {}
  #definitions: string[] = []
  #fragments: string[] = []
  #aliases = 0

  constructor(
    readonly schema: GraphQLSchema,
    readonly pool: Pool,
    readonly random: Random,
  ) {}

  document(selections: string): string {
    const variables = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : ''
    return [`query Made${variables} ${selections}`, ...this.#fragments].join('\n')
  }

  selectionSet(type: GraphQLNamedType, depth: number): string {
    const parts: string[] = []
    if (isUnionType(type)) parts.push('__typename')
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => depth < MAX_DEPTH || isLeafType(getNamedType(field.type)),
      )
      if (fields.length === 0) return '{ __typename }'
      const count = 1 + this.random.next(depth === 0 ? 2 : 5)
      for (let made = 0; made < count; made++) parts.push(this.#field(this.random.pick(fields), depth))
      if (this.random.random(15)) parts.push(`__typename${this.#condition()}`)
      if (this.random.random(15)) parts.push(this.#fragment(type, depth))
    }
    for (const actual of this.#actualTypes(type))
      if (this.random.random(40))
        parts.push(`... on ${actual.name}${this.#condition()} ${this.selectionSet(actual, depth + 1)}`)
    return `{ ${parts.join(' ')} }`
  }

  #actualTypes(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    return isInterfaceType(type) || isUnionType(type) ? this.schema.getPossibleTypes(type) : []
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type)
    const args = field.args.flatMap((arg) => this.#argument(arg))
    // Two fields with the same name and different arguments would conflict, so a field with
    // arguments gets an alias.
    const alias = args.length > 0 || this.random.random(20) ? `a${this.#aliases++}: ` : ''
    const selections = isLeafType(type) ? '' : ` ${this.selectionSet(type, depth + 1)}`
    // A field with a selection gets an alias too, because it may occur twice under different
    // conditions.
    return `${alias}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${this.#condition()}${selections}`
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    const name = `F${this.#fragments.length}`
    const at = this.#fragments.push('') - 1
    this.#fragments[at] = `fragment ${name} on ${type.name} ${this.selectionSet(type, depth + 1)}`
    return this.random.random(30) ? `...${name} ...${name}` : `...${name}`
  }

  #condition(): string {
    if (!this.random.random(8)) return ''
    const directive = this.random.pick(['skip', 'include'])
    if (this.random.random(40)) return ` @${directive}(if: ${this.random.random(50)})`
    return ` @${directive}(if: ${this.#variable('Boolean!', this.random.random(50))})`
  }

  #variable(type: string, value: unknown): string {
    const name = `v${this.#definitions.length}`
    const optional = !type.endsWith('!')
    if (optional && this.random.random(40) && value !== undefined)
      this.#definitions.push(`$${name}: ${type} = ${literal(value, type)}`)
    else this.#definitions.push(`$${name}: ${type}`)
    if (!optional || this.random.random(70)) this.variables[name] = value
    return `$${name}`
  }

  #argument(arg: GraphQLArgument): string[] {
    if (!isNonNullType(arg.type) && this.random.random(arg.name === 'first' ? 30 : 75)) return []
    const value = this.#value(arg)
    if (value === undefined) return []
    const type = String(arg.type)
    const asVariable = this.random.random(40) && !type.includes('Filter')
    return [`${arg.name}: ${asVariable ? this.#variable(type, value) : literal(value, type)}`]
  }

  #value({ name, type }: GraphQLArgument): unknown {
    const { random, pool } = this
    const named = getNamedType(type)
    if (isListType(isNonNullType(type) ? type.ofType : type))
      return isEnumType(named)
        ? [random.pick(named.getValues()).name]
        : Array.from({ length: random.next(4) }, () => random.pick(pool.ids))
    if (isEnumType(named)) return random.pick(named.getValues()).name
    if (named.name === 'ID') return random.pick(pool.ids)
    if (named.name === 'Int') return random.pick([1, 2, 3, 20, random.random(5) ? 0 : 5])
    if (name === 'after' || name === 'before') return random.pick(pool.cursors)
    if (named.name === 'String') return random.pick(pool.texts)
    if (named.name === 'OrgUserFilter')
      return random.pick([{ roles: ['ADMIN'] }, { search: random.pick(pool.texts) }, {}])
    if (named.name === 'OrgInviteFilter')
      return random.pick([
        { statuses: ['PENDING', 'EXPIRED'] },
        { search: 'a' },
        { email: random.pick(pool.texts) },
        { invitedById: random.pick(pool.ids) },
        { createdAfter: '2020-01-01T00:00:00Z', statuses: ['ACCEPTED'] },
      ])
    return undefined
  }
}

/** A value in GraphQL syntax: enums have no quotes. */
function literal(value: unknown, type: string): string {
  if (typeof value === 'string')
    return /^\[?(ID|String|Date)/.test(type)
      ? JSON.stringify(value)
      : /^[A-Z_]+$/.test(value)
        ? value
        : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, type)).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(
        ([name, of]) =>
          `${name}: ${literal(of, name === 'roles' || name === 'statuses' ? 'enum' : 'String')}`,
      )
      .join(', ')} }`
  return String(value)
}
