/** What an answer may be: a stream's only the last. */
const ANSWERS = ['application/json', 'application/graphql-response+json', 'text/event-stream'] as const
const STREAM = 'text/event-stream'

/** The media ranges of an Accept header, as Yoga reads them: without their weights, and in UTF-8 alone. */
const rangesIn = (accept: string): string[] =>
  accept
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [range = '', ...params] = part.split(';').map((text) => text.trim())
      const charset = params.find((param) => param.startsWith('charset='))
      return charset === undefined || charset === 'charset=utf-8' ? [range] : []
    })

const includes = (range: string, type: string): boolean =>
  range === type || range === '*/*' || range === `${type.slice(0, type.indexOf('/'))}/*`

/** Whether a client takes any of the types in which operations are answered. */
export const acceptsAnswers = (accept: string | undefined): boolean =>
  accept === undefined || rangesIn(accept).some((range) => ANSWERS.some((type) => includes(range, type)))

/** Whether a client takes a stream of events. */
export const acceptsStreams = (accept: string | undefined): boolean =>
  accept === undefined || rangesIn(accept).some((range) => includes(range, STREAM))
