import type { Labels } from './workload.js'

/** One line of the page. */
export interface Sample {
  name: string
  labels: Labels
  value: number
}

export interface Page {
  samples: Sample[]
  /** The sum of all samples with these labels. 0 if there is none. */
  sum(name: string, labels?: Labels): number
  has(name: string, labels?: Labels): boolean
}

/** Reads a page of metrics. */
export async function scrape(url: string | undefined): Promise<Page> {
  if (url === undefined) throw new Error('the server has no metrics')
  const response = await fetch(url)
  if (response.status !== 200) throw new Error(`the page of metrics has the status ${response.status}`)
  const samples = (await response.text())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(sampleOf)
  const matching = (name: string, labels: Labels) =>
    samples.filter(
      (one) =>
        one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
    )
  return {
    samples,
    sum: (name, labels = {}) => matching(name, labels).reduce((sum, { value }) => sum + value, 0),
    has: (name, labels = {}) => matching(name, labels).length > 0,
  }
}

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  if (name === '') throw new Error(`no sample: ${line}`)
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text])),
    value: Number(value.replace('+Inf', 'Infinity')),
  }
}
