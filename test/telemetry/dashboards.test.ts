import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { useTestServer } from '../support/testServer.js'
import { type Page, type Sample, scrape } from './scrape.js'
import { doEverything, pickyMailer, workloadSettings } from './workload.js'

interface Alert {
  alert: string
  expr: string
  for?: string
}

const rulesFile = 'deploy/prometheus/alerts.yml'
const alerts: Alert[] = parse(readFileSync(rulesFile, 'utf8')).groups.flatMap(
  ({ rules }: { rules: Alert[] }) => rules,
)

const { panels } = JSON.parse(readFileSync('deploy/grafana/guildhall.json', 'utf8')) as {
  panels: { title: string; targets?: { expr: string }[] }[]
}
const shown = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))

/** Grafana fills its variables in before Prometheus sees them. */
const filledIn = (expr: string) =>
  expr.replaceAll(/\$__rate_interval|\$__range/g, '5m').replaceAll('$instance', '.*')

/** The metrics that an expression reads. Throws if it is no PromQL. */
function metricsOf(expr: string): string[] {
  const names: string[] = []
  parser.parse(expr).iterate({
    enter({ type, from, to }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expr}`)
      if (type.name === 'Identifier') names.push(expr.slice(from, to))
    },
  })
  return names
}

const testServer = useTestServer({ env: workloadSettings, mailer: pickyMailer })
let after: Page

beforeAll(async () => {
  await doEverything(testServer)
  after = await scrape(testServer.server.metricsUrl)
}, 60_000)

/** Prometheus itself adds `up`. */
const exists = (name: string) => name === 'up' || after.has(name)

describe('the Grafana dashboard', () => {
  it.each(shown)('%s reads metrics that a server has: %s', (_, expr) => {
    const names = metricsOf(filledIn(expr))
    expect(names).not.toEqual([])
    for (const name of names) expect([name, exists(name)]).toEqual([name, true])
  })

  it('shows every metric of Guildhall', () => {
    const read = new Set(shown.flatMap(([, expr]) => metricsOf(filledIn(expr))))
    const missing = new Set(
      after.samples
        .map(({ name }) => name)
        .filter((name) => name.startsWith('guildhall_') && !/_(count|sum)$/.test(name) && !read.has(name)),
    )
    expect([...missing]).toEqual([])
  })
})

describe('the alert rules', () => {
  it.each(alerts.map(({ alert, expr }) => [alert, expr]))('%s reads metrics that a server has', (_, expr) => {
    for (const name of metricsOf(expr)) expect([name, exists(name)]).toEqual([name, true])
  })

  it('have names and words for each alert', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length)
  })
})

const hasPromtool = spawnSync('promtool', ['--version']).status === 0

interface Change {
  name: string
  /** Of one series of the page, or of several. */
  labels?: Record<string, string>
  /** By so much it grows each minute. */
  grows?: number
  becomes?: number
}

const bucketsFrom = (name: string, labels: Record<string, string>, ...les: string[]): Change[] =>
  [...les, '+Inf'].map((le) => ({ name: `${name}_bucket`, labels: { ...labels, le }, grows: 10 }))

/** What makes each alert fire. The series are those of the real page. */
const troubles: Record<string, Change[]> = {
  GuildhallDown: [{ name: 'up', becomes: 0 }],
  GuildhallNotReady: [{ name: 'guildhall_ready', becomes: 0 }],
  GuildhallInternalErrors: [{ name: 'guildhall_internal_errors_total', grows: 1 }],
  GuildhallUnavailable: [
    {
      name: 'guildhall_operations_total',
      labels: { type: 'mutation', operation: 'createOrg', outcome: 'UNAVAILABLE' },
      grows: 1,
    },
  ],
  GuildhallSlow: bucketsFrom(
    'guildhall_operation_duration_seconds',
    { type: 'mutation', operation: 'createOrg' },
    '2.5',
    '5',
    '10',
  ),
  GuildhallOverloaded: [{ name: 'guildhall_limits_met_total', labels: { limit: 'wait_for_turn' }, grows: 1 }],
  GuildhallEventLoopBlocked: [{ name: 'nodejs_eventloop_lag_p99_seconds', becomes: 0.7 }],
  GuildhallPoolExhausted: [{ name: 'guildhall_database_waiting', labels: { for: 'pool' }, becomes: 3 }],
  GuildhallStreamsLate: bucketsFrom('guildhall_stream_lag_seconds', {}, '5', '10'),
  GuildhallJobsStuck: [{ name: 'guildhall_job_due_seconds', labels: { task: 'tidyUp' }, becomes: 400 }],
  GuildhallJobsDead: [{ name: 'guildhall_jobs_dead', labels: { task: 'purgeOrg' }, becomes: 1 }],
  GuildhallMailsWaiting: [{ name: 'guildhall_mail_wait_seconds', becomes: 301 }],
  GuildhallMailsFailed: [
    {
      name: 'guildhall_mails_total',
      labels: { kind: 'invite', result: 'failed', problem: 'UNREACHABLE' },
      grows: 1,
    },
  ],
  GuildhallWebhooksCutOff: [
    { name: 'guildhall_webhook_deliveries_total', labels: { result: 'unreachable' }, grows: 2 },
  ],
  GuildhallSignInsRefused: [
    { name: 'guildhall_credentials_refused_total', labels: { reason: 'audience' }, grows: 2 },
  ],
}

/** Longer than any rule looks back, and waits. */
const HEALTHY_MIN = 90
const TROUBLE_MIN = 90
const EVERY_MIN = 2
const own = { instance: '127.0.0.1:9464', job: 'guildhall' }

const isOf = (change: Change, { name, labels }: Sample) =>
  change.name === name &&
  Object.entries(change.labels ?? {}).every(([label, value]) => labels[label] === value)

/** What the rules read. With all the rest promtool would take ten times as long. */
const read = new Set(alerts.flatMap(({ expr }) => metricsOf(expr)))

/** The page as it was for a while, and then the trouble. */
function seriesOf(changes: Change[]): { series: string; values: string }[] {
  const samples = [
    ...after.samples.filter(({ name, value }) => read.has(name) && Number.isFinite(value)),
    { name: 'up', labels: {}, value: 1 },
  ]
  const missing = changes.filter((change) => !samples.some((sample) => isOf(change, sample)))
  // A series that begins with the trouble, such as an outcome that did not occur before.
  for (const { name, labels = {} } of missing) {
    expect(after.samples.map((sample) => sample.name)).toContain(name)
    samples.push({ name, labels, value: 0 })
  }
  return samples.map((sample) => {
    const { name, value } = sample
    const labels = { ...sample.labels, ...own }
    const change = changes.find((one) => isOf(one, sample))
    const begin = change?.becomes ?? value
    return {
      series: `${name}{${Object.entries(labels)
        .map(([label, text]) => `${label}="${text}"`)
        .join(',')}}`,
      values: `${value}+0x${HEALTHY_MIN / EVERY_MIN} ${begin}+${EVERY_MIN * (change?.grows ?? 0)}x${TROUBLE_MIN / EVERY_MIN}`,
    }
  })
}

const isFiring = (alert: string) => `count(ALERTS{alertname="${alert}",alertstate="firing"}) > bool 0`
const anyFiring = 'count(ALERTS{alertstate="firing"})'

describe.skipIf(!hasPromtool && !process.env.CI)('Prometheus', () => {
  const promtool = (...args: string[]) => execFileSync('promtool', args, { encoding: 'utf8' })

  it('accepts the rules', () => {
    expect(promtool('check', 'rules', rulesFile)).toContain(`SUCCESS: ${alerts.length} rules found`)
  })

  it('there is a trouble for each alert', () => {
    expect(Object.keys(troubles)).toEqual(alerts.map(({ alert }) => alert))
  })

  it('raises no alert for a healthy server, and each alert for its trouble', () => {
    const directory = mkdtempSync(join(tmpdir(), 'guildhall-alerts-'))
    const tests = Object.entries(troubles).map(([alert, changes]) => ({
      interval: `${EVERY_MIN}m`,
      input_series: seriesOf(changes),
      promql_expr_test: [
        { expr: anyFiring, eval_time: `${HEALTHY_MIN}m`, exp_samples: [] },
        {
          expr: isFiring(alert),
          eval_time: `${HEALTHY_MIN + TROUBLE_MIN}m`,
          exp_samples: [{ labels: '{}', value: 1 }],
        },
      ],
    }))
    const file = join(directory, 'test.yml')
    // JSON is YAML.
    writeFileSync(
      file,
      JSON.stringify({
        rule_files: [join(process.cwd(), rulesFile)],
        evaluation_interval: `${EVERY_MIN}m`,
        tests,
      }),
    )
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')])
    rmSync(directory, { recursive: true })
  }, 120_000)
})
