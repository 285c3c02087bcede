import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'
import { anchor, cell, paragraph, table } from './markdown.js'

type Field = GraphQLField<unknown, unknown>

/** The whole schema as one Markdown page, the most important parts first. */
export function reference(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const mutations = fieldsOf(schema.getMutationType())
  const inputsOfMutations = new Set(
    mutations.flatMap(({ args }) => args.map(({ type }) => getNamedType(type))),
  )
  const isError = (type: GraphQLNamedType) =>
    isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Error')
  const isPayload = (type: GraphQLNamedType) => isObjectType(type) && type.name.endsWith('Payload')
  const isPage = ({ name }: GraphQLNamedType) => /(Connection|Edge)$/.test(name)
  const objects = types.filter(
    (type): type is GraphQLObjectType | GraphQLInterfaceType =>
      (isObjectType(type) || isInterfaceType(type)) &&
      !roots.some((root) => root === type) &&
      !isError(type) &&
      !isPayload(type) &&
      !isPage(type),
  )
  const sections: [string, string][] = [
    ['Queries', fieldsOf(schema.getQueryType()).map(operation('query')).join('\n\n')],
    ['Mutations', mutations.map((field) => mutation(field)).join('\n\n')],
    ['Subscriptions', fieldsOf(schema.getSubscriptionType()).map(operation('subscription')).join('\n\n')],
    ['Objects', objects.map(object).join('\n\n')],
    ['Refusals', refusals(types.filter(isError) as GraphQLObjectType[])],
    ['Lists', lists(types.filter(isPage) as GraphQLObjectType[])],
    [
      'Inputs',
      types
        .filter(isInputObjectType)
        .filter((type) => !inputsOfMutations.has(type))
        .map(input)
        .join('\n\n'),
    ],
    ['Enums', types.filter(isEnumType).map(enumeration).join('\n\n')],
    [
      'Scalars',
      table(
        ['Scalar', 'What it is'],
        types.filter(isScalarType).map(({ name, description }) => [`\`${name}\``, cell(description)]),
      ),
    ],
  ]
  return [
    '# Reference',
    'All operations and types of `/graphql`. `npm run docs` generates this page from `schema.graphql`. Ids are global and opaque. What a viewer may not see is null or left out.',
    sections.map(([title]) => `[${title}](#${anchor(title)})`).join(' · '),
    ...sections.map(([title, body]) => `## ${title}\n\n${body}`),
  ]
    .join('\n\n')
    .concat('\n')
}

function fieldsOf(type: GraphQLObjectType | null | undefined): Field[] {
  return type ? Object.values(type.getFields()) : []
}

/** The heading contains the kind, because a query and a type can have names that differ only in case. */
const operation =
  (kind: string) =>
  ({ name, description, args, type }: Field): string =>
    [
      `### ${kind} ${name}`,
      paragraph(description),
      ...(args.length > 0 ? [parameters('Argument', args)] : []),
      `Returns ${link(type.toString())}.`,
    ].join('\n\n')

/** A mutation with its input and all its results, because a caller needs them together. */
function mutation({ name, description, args, type }: Field): string {
  const answers = getNamedType(type)
  const members = isUnionType(answers) ? answers.getTypes() : []
  const payload = members.find((member) => member.name.endsWith('Payload'))
  const refused = members.filter((member) => member !== payload).map(({ name }) => link(name))
  const inputType = args.map((arg) => getNamedType(arg.type)).find(isInputObjectType)
  return [
    `### mutation ${name}`,
    paragraph(description),
    ...(inputType ? [parameters('Input', Object.values(inputType.getFields()))] : []),
    ...(payload ? [table([`\`${payload.name}\``, 'Type', ''], fieldRows(payload))] : []),
    ...(refused.length > 0 ? [`Refusals: ${refused.join(', ')}.`] : []),
  ].join('\n\n')
}

function object(type: GraphQLObjectType | GraphQLInterfaceType): string {
  const interfaces = type.getInterfaces().map(({ name }) => link(name))
  return [
    `### ${type.name}`,
    paragraph(type.description),
    ...(interfaces.length > 0 ? [`Implements ${interfaces.join(' and ')}.`] : []),
    table(['Field', 'Type', ''], fieldRows(type)),
  ].join('\n\n')
}

function fieldRows(type: GraphQLObjectType | GraphQLInterfaceType): string[][] {
  return Object.values(type.getFields()).map((field) => [
    `\`${field.name}${field.args.length > 0 ? `(${field.args.map(({ name }) => name).join(', ')})` : ''}\``,
    link(field.type.toString()),
    cell(field.description),
  ])
}

function input(type: GraphQLInputObjectType): string {
  return [
    `### ${type.name}`,
    paragraph(type.description),
    ...(type.isOneOf ? ['Exactly one of these.'] : []),
    parameters('Field', Object.values(type.getFields())),
  ].join('\n\n')
}

function parameters(heading: string, given: readonly (GraphQLArgument | GraphQLInputField)[]): string {
  return table(
    [heading, 'Type', ''],
    given.map(({ name, type, description, defaultValue }) => [
      `\`${name}\``,
      link(type.toString()) + (defaultValue === undefined ? '' : ` = \`${JSON.stringify(defaultValue)}\``),
      cell(description),
    ]),
  )
}

function refusals(errors: GraphQLObjectType[]): string {
  return [
    'A mutation returns a union of its payload and its refusals. A refusal is a problem that the user of the client can solve: decide by `__typename`, and show `message`. A problem that only a developer can solve is in `errors`, with `extensions.code`.',
    ...errors.map((type) => {
      const own = fieldRows(type).filter(([name]) => name !== '`message`')
      return [
        `### ${type.name}`,
        paragraph(type.description),
        ...(own.length > 0 ? [table(['Field', 'Type', ''], own)] : []),
      ].join('\n\n')
    }),
  ].join('\n\n')
}

function lists(pages: GraphQLObjectType[]): string {
  const connections = pages.filter(({ name }) => name.endsWith('Connection'))
  return [
    'Lists have pages. Use `first` and `after`, or `last` and `before`. A page has 1 to 100 items, and 20 by default. `nodes` contains the same items as `edges`, without their cursors.',
    ...connections.map((type) =>
      [`### ${type.name}`, paragraph(type.description), table(['Field', 'Type', ''], fieldRows(type))].join(
        '\n\n',
      ),
    ),
  ].join('\n\n')
}

function enumeration(type: GraphQLNamedType): string {
  const values = isEnumType(type) ? type.getValues() : []
  return [
    `### ${type.name}`,
    paragraph(type.description),
    table(
      ['Value', ''],
      values.map(({ name, description }) => [`\`${name}\``, cell(description)]),
    ),
  ].join('\n\n')
}

/** A type reference such as `[OrgInvite!]!`, linked to the type's section. */
function link(type: string): string {
  const name = type.replace(/[[\]!]/g, '')
  const builtIn = ['ID', 'String', 'Int', 'Boolean', 'Float', 'DateTime', 'JSONObject'].includes(name)
  if (builtIn || name.endsWith('Edge') || name.endsWith('Payload') || name.endsWith('Result'))
    return `\`${type}\``
  return `[\`${type}\`](#${anchor(name)})`
}
