import { EventEmitter, on } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { createSchema } from 'graphql-yoga'
import { badCredential, forbidden, unauthenticated } from '../../../src/errors.js'
import type { Operation } from '../../../src/graphql/engine.js'
import type { Callers } from '../../../src/http/callers.js'

/** An anonymous caller, or the name from `Bearer name`. */
export interface Caller {
  readonly name: string | undefined
}
export interface Context {
  readonly viewer: string | undefined
  readonly serial: number
  readonly edge: Operation
}

/** What a test sees and controls from outside the server. */
export interface FakeState {
  readonly events: EventEmitter
  /** The number of open stream sources. */
  open: number
  contexts: number
  mutations: number
  /** The number of pieces that `flood` has produced. */
  floods: number
  /** What the field `wait` waits for. */
  gate: Promise<void>
}

export const newState = (): FakeState => ({
  events: new EventEmitter().setMaxListeners(0),
  open: 0,
  contexts: 0,
  mutations: 0,
  floods: 0,
  gate: Promise.resolve(),
})

export const callers = (state: FakeState): Callers<Caller, Omit<Context, 'edge'>> => ({
  identify: async ({ authorization }) => {
    await sleep(1)
    if (authorization === undefined) return { name: undefined }
    const [, name] = /^Bearer ([a-z]+)$/.exec(authorization) ?? []
    if (name === undefined || name === 'revoked') throw badCredential()
    if (name === 'crash') throw new Error('select * from secrets')
    return { name }
  },
  keyOf: ({ name }) => name,
  idsOf: ({ name }) => (name === undefined ? {} : { userId: name }),
  isRated: ({ name }) => name !== 'robot',
  contextOf: ({ name }) => ({ viewer: name, serial: ++state.contexts }),
})

const typeDefs = /* GraphQL */ `
  enum Colour { RED GREEN }
  type Query {
    hello: String!
    viewer: String!
    secret: String!
    client: String!
    context: Int!
    paint(colour: Colour!, times: Int! = 1): String!
    wait: String!
    big(kilobytes: Int!): String!
    crash: String!
    crashSoftly: String
    notAllowed: String
    plainGraphQLError: String
    nullWhereNone: String!
    badInt: Int
    databaseDown: String
    person: Person!
    people(first: Int, last: Int, after: String): PersonConnection!
    nodes(ids: [ID!]!): [Person!]!
    batch(input: Batch!): BatchResult!
  }
  input Batch { names: [String!]! }
  type BatchResult { results: [Person!]! }
  type Person { id: ID! name: String! friend: Person! friends(first: Int, last: Int): PersonConnection! }
  type PersonConnection { edges: [PersonEdge!]! pageInfo: String totalCount: Int! }
  type PersonEdge { cursor: String! node: Person! }
  type Mutation { add(n: Int! = 1): Int! addSlowly: Int! }
  type Subscription {
    "Every tick from now on."
    ticks: Int!
    "Deaf: its source never looks at the signal."
    deaf: Int!
    "So many numbers, then the end."
    count(to: Int!): Int!
    "As many kilobytes as fast as they are read."
    flood(kilobytes: Int!): String!
    denied: Int!
    breaks: Int!
  }
`

const person = { id: '1', name: 'Ada', friend: () => person, friends: () => people() }
const people = (): object => ({ edges: [{ cursor: 'a', node: person }], totalCount: 1 })

const resolvers = (state: FakeState) => ({
  Query: {
    hello: () => 'world',
    viewer: (_: unknown, __: unknown, { viewer }: Context) => viewer ?? 'nobody',
    secret: (_: unknown, __: unknown, { viewer }: Context) => {
      if (viewer === undefined) throw unauthenticated()
      return 'it'
    },
    client: (_: unknown, __: unknown, { edge }: Context) => edge.address,
    context: (_: unknown, __: unknown, { serial }: Context) => serial,
    paint: (_: unknown, { colour, times }: { colour: string; times: number }) => `${colour} ${times}`,
    wait: async () => {
      await state.gate
      return 'waited'
    },
    big: (_: unknown, { kilobytes }: { kilobytes: number }) => 'x'.repeat(kilobytes * 1024),
    crash: () => {
      throw new Error('duplicate key value violates unique constraint "org_name_key"')
    },
    crashSoftly: () => Promise.reject(new TypeError('/srv/guildhall/dist/main.js exploded')),
    notAllowed: () => {
      throw forbidden()
    },
    plainGraphQLError: () => {
      throw new GraphQLError('select 1 from pg_shadow')
    },
    nullWhereNone: () => null,
    badInt: () => 'not a number at all',
    databaseDown: () => {
      throw new Error('query failed', {
        cause: Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' }),
      })
    },
    person: () => person,
    people,
    nodes: () => [person],
    batch: () => ({ results: [person] }),
  },
  Mutation: {
    add: (_: unknown, { n }: { n: number }) => {
      state.mutations += n
      return state.mutations
    },
    addSlowly: async () => {
      await state.gate
      return ++state.mutations
    },
  },
  Subscription: {
    ticks: {
      async *subscribe(_: unknown, __: unknown, { edge }: Context) {
        state.open++
        try {
          for await (const [n] of on(state.events, 'tick', { signal: edge.end.signal })) yield { ticks: n }
        } catch (error) {
          if (!edge.end.signal.aborted) throw error
        } finally {
          state.open--
        }
      },
    },
    deaf: {
      async *subscribe() {
        state.open++
        try {
          for await (const [n] of on(state.events, 'tick')) yield { deaf: n }
        } finally {
          state.open--
        }
      },
    },
    count: {
      async *subscribe(_: unknown, { to }: { to: number }) {
        for (let n = 1; n <= to; n++) yield { count: n }
      },
    },
    flood: {
      async *subscribe(_: unknown, { kilobytes }: { kilobytes: number }) {
        state.open++
        try {
          const flood = 'x'.repeat(kilobytes * 1024)
          while (true) {
            state.floods++
            yield { flood }
          }
        } finally {
          state.open--
        }
      },
    },
    denied: {
      subscribe: () => {
        throw forbidden()
      },
    },
    breaks: {
      async *subscribe(_: unknown, __: unknown, { viewer }: Context) {
        yield { breaks: 1 }
        throw viewer === undefined
          ? new Error('org_event: relation does not exist')
          : forbidden('You were removed.')
      },
    },
  },
})

/** A schema without Guildhall's domain, for tests of the HTTP server alone. */
export const fakeSchema = (state: FakeState): GraphQLSchema =>
  createSchema<Context>({ typeDefs, resolvers: resolvers(state) })
