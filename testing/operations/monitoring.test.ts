import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { startTestPair } from '#harness/apps/test-pair.ts'
import { readSamples, type Sample } from '#harness/clients/read-metrics.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { type Query, readQuery } from './promql.ts'

type Rule = {
  alert: string
  expr: string
  labels: { severity: string }
  annotations: { summary: string; runbook: string }
}
type Panel = {
  type: string
  title: string
  description?: string
  fieldConfig?: { defaults: { unit?: string } }
  gridPos: { x: number; y: number; w: number; h: number }
  targets?: { expr: string; legendFormat: string }[]
}

/** Prometheus adds these itself. */
const ITS_OWN_LABELS = ['job', 'instance', 'le']
const ITS_OWN_METRICS = ['up']
const SEVERITIES = ['critical', 'warning']

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const rules: Rule[] = parse(read('deploy/prometheus/alerts.yaml')).groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
)
const dashboard: { title: string; panels: Panel[]; templating: { list: { name: string }[] } } = JSON.parse(
  read('deploy/grafana/stillpoint.json'),
)
const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const expressions = [
  ...rules.map(({ alert, expr }) => ({ where: `alert ${alert}`, expr })),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: title, expr }))),
]

let pair: Awaited<ReturnType<typeof startTestPair>>
let samples: Sample[]

before(async () => {
  pair = await startTestPair()
  samples = await causeFigures()
})
after(() => pair.close())

/** What both services tell after a little of everything. */
async function causeFigures(): Promise<Sample[]> {
  const { booking, crm } = pair
  const { token } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  for (const status of [201, 409])
    assert.equal(
      (await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).status,
      status,
    )
  await booking.request('GET', '/api/events/', { token })
  const { connect } = booking.deps.databases.pool
  booking.deps.databases.pool.connect = () => Promise.reject(new Error('Connection terminated')) as never
  assert.equal((await booking.request('GET', '/health')).status, 503)
  booking.deps.databases.pool.connect = connect
  const texts = await Promise.all([booking, crm].map(({ request }) => request('GET', '/metrics')))
  return texts.flatMap(({ body }) => readSamples(body))
}

/** What is named and is not there. */
function findFaults({ selectors, groupedBy }: Query): string[] {
  const of = (metric: string) => samples.filter(({ name }) => name === metric)
  const known = selectors.filter(({ metric }) => !ITS_OWN_METRICS.includes(metric))
  const labels = known.flatMap(({ metric }) => Object.keys(of(metric)[0]?.labels ?? {}))
  return [
    ...known.filter(({ metric }) => of(metric).length === 0).map(({ metric }) => metric),
    ...groupedBy.filter((label) => ![...labels, ...ITS_OWN_LABELS].includes(label)),
    ...known.flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label }) => !ITS_OWN_LABELS.includes(label))
        .filter(({ label, value }) => !of(metric).some((sample) => sample.labels[label] === value))
        .map(({ label, value }) => `${metric}{${label}="${value}"}`),
    ),
  ]
}

test('alerts and dashboard name only what the running services tell', () => {
  assert.ok(expressions.length > 40)
  const faults = expressions.flatMap(({ where, expr }) =>
    findFaults(readQuery(expr)).map((fault) => `${where}: ${fault}`),
  )
  assert.deepEqual(faults, [])
})

test('a metric, a label or a value that is not told would be noticed, and so would what is no PromQL', () => {
  const faults = (expr: string) => findFaults(readQuery(expr))
  assert.deepEqual(faults('rate(stillpoint_unheard_of_total[5m])'), ['stillpoint_unheard_of_total'])
  assert.deepEqual(faults('sum by (colour) (stillpoint_database_connections)'), ['colour'])
  assert.deepEqual(faults('stillpoint_crm_messages_total{outcome="lost"}'), [
    'stillpoint_crm_messages_total{outcome="lost"}',
  ])
  assert.throws(() => readQuery('sum by (job) (rate(up[5m])'), /No PromQL/)
})

test('everything that is told of the product is on the dashboard', () => {
  const shown = expressions.flatMap(({ expr }) => readQuery(expr).selectors.map(({ metric }) => metric))
  const bare = (name: string) => name.replace(/_(bucket|sum|count)$/, '')
  const unseen = new Set(samples.map(({ name }) => bare(name)))
  for (const name of shown) unseen.delete(bare(name))
  assert.deepEqual([...unseen], [])
})

test('metrics are named as Prometheus would have it', async () => {
  const text = (await pair.booking.request('GET', '/metrics')).body as string
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    assert.match(name, /^(stillpoint|process|nodejs)_[a-z_]+$/)
    assert.equal(name.endsWith('_total'), type === 'counter', `${name} is a ${type}`)
    assert.doesNotMatch(name, /_(ms|millis|milliseconds|minutes|kb|mb)(_|$)/)
    assert.match(text, new RegExp(`^# HELP ${name} \\S.*\\.$`, 'm'))
  }
})

test('every alert has a severity, a summary, and a heading in the manual that says what to do; no heading is left over', () => {
  const headings = [...read('docs/operations.md').matchAll(/^### (Stillpoint\w+)$/gm)].map(([, name]) => name)
  assert.deepEqual(
    headings,
    rules.map(({ alert }) => alert),
  )
  for (const { alert, labels, annotations } of rules) {
    assert.ok(SEVERITIES.includes(labels.severity), alert)
    assert.match(annotations.summary, /^\S.*\.$/, alert)
    assert.equal(annotations.runbook, `docs/operations.md#${alert.toLowerCase()}`)
  }
})

test('every alert has an example of when it fires', () => {
  const { tests } = parse(read('deploy/prometheus/alerts.promtool.yaml'))
  type Example = { alertname: string; exp_alerts: object[] }
  const fired = tests
    .flatMap(({ alert_rule_test }: { alert_rule_test: Example[] }) => alert_rule_test)
    .filter(({ exp_alerts }: Example) => exp_alerts.length > 0)
    .map(({ alertname }: Example) => alertname)
  assert.deepEqual(new Set(fired), new Set(rules.map(({ alert }) => alert)))
})

test('Prometheus scrapes the jobs that alerts and dashboard speak of', () => {
  const { rule_files, scrape_configs } = parse(read('deploy/prometheus/prometheus.yaml'))
  assert.deepEqual(rule_files, ['alerts.yaml'])
  const names = scrape_configs.map(({ job_name }: { job_name: string }) => job_name)
  assert.deepEqual(names, ['stillpoint-booking', 'stillpoint-crm'])
})

test('every panel has a title, a description, a unit, legends, and a place of its own', () => {
  const cells = new Set<string>()
  for (const { title, description = '', fieldConfig, gridPos, targets = [] } of panels) {
    assert.ok(title !== '' && description.endsWith('.'), title)
    assert.ok(fieldConfig?.defaults.unit, `${title} has no unit`)
    assert.ok(targets.length > 0 && targets.every(({ legendFormat }) => legendFormat !== ''), title)
    const { x, y, w, h } = gridPos
    assert.ok(x + w <= 24, title)
    for (let column = x; column < x + w; column++)
      for (let row = y; row < y + h; row++) {
        assert.ok(!cells.has(`${column} ${row}`), `${title} lies upon another`)
        cells.add(`${column} ${row}`)
      }
  }
  assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length)
})

test('the dashboard uses only variables that it has', () => {
  const has = dashboard.templating.list.map(({ name }) => name)
  const uses = [...read('deploy/grafana/stillpoint.json').matchAll(/\$\{?(\w+)/g)].map(
    ([, name = '']) => name,
  )
  assert.deepEqual(
    [...new Set(uses)].filter((name) => !name.startsWith('__') && !has.includes(name)),
    [],
  )
})
