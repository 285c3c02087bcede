import type { Worker } from 'node:cluster'
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client'

// The messages between the supervising process and its workers. prom-client's own fail as a whole if one worker does
// not answer, such as one that is just starting.

interface Question {
  readonly metricsAsked: number
}

interface Answer {
  readonly metricsOf: number
  readonly metrics: Metrics
}

type Metrics = MetricObjectWithValues<MetricValue<string>>[]

/** A worker that is busy may need some time; one that hangs must not make the page late. */
const ANSWER_WITHIN_MS = 4_000

const isObject = (message: unknown): message is object => typeof message === 'object' && message !== null

/** In a worker: answers the supervising process when it asks for the metrics. */
export function answerSupervisor(registry: Registry): () => void {
  const onMessage = (message: unknown) => {
    if (!isObject(message) || !('metricsAsked' in message)) return
    const { metricsAsked } = message as Question
    registry.getMetricsAsJSON().then(
      (metrics) => process.send?.({ metricsOf: metricsAsked, metrics } satisfies Answer),
      () => {},
    )
  }
  process.on('message', onMessage)
  return () => process.off('message', onMessage)
}

export const { contentType } = new AggregatorRegistry()

let asked = 0

/** In the supervising process: the page of all workers together. A worker that does not answer in time is left out. */
export async function readWorkers(workers: Iterable<Worker>): Promise<string> {
  const answers = await Promise.all([...workers].map(askWorker))
  return AggregatorRegistry.aggregate(answers.filter((one) => one !== undefined) as never[]).metrics()
}

function askWorker(worker: Worker): Promise<Metrics | undefined> {
  return new Promise((resolve) => {
    const id = ++asked
    const done = (metrics?: Metrics) => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('exit', onExit)
      resolve(metrics)
    }
    const onMessage = (message: unknown) => {
      if (isObject(message) && 'metricsOf' in message && message.metricsOf === id)
        done((message as Answer).metrics)
    }
    const onExit = () => done()
    const timer = setTimeout(done, ANSWER_WITHIN_MS)
    worker.on('message', onMessage)
    worker.on('exit', onExit)
    worker.send({ metricsAsked: id } satisfies Question, (error) => error && done())
  })
}
