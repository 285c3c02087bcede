/** The media types of answers. A stream is always sent as the last one. */
const ANSWERS = ['application/json', 'application/graphql-response+json', 'text/event-stream'] as const
const STREAM = 'text/event-stream'

/** The media ranges of an Accept header, as Yoga reads them: it ignores weights and accepts UTF-8 only. */
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

/** Whether a client accepts one of the media types of answers. */
export const acceptsAnswers = (accept: string | undefined): boolean =>
  accept === undefined || rangesIn(accept).some((range) => ANSWERS.some((type) => includes(range, type)))

/** Whether a client accepts an event stream. */
export const acceptsStreams = (accept: string | undefined): boolean =>
  accept === undefined || rangesIn(accept).some((range) => includes(range, STREAM))
