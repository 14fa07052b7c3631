import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deal } from '#harness/load/deal.ts'
import { median } from '#harness/load/figures.ts'
import type { SideResult } from './bench-case.ts'
import { questions } from './growth/questions.ts'
import { createLatencies } from './load/latencies.ts'
import { judge, type Measured, type Round } from './outcome.ts'
import { growthPicture, latencyPicture, ratioPicture } from './report/pictures.ts'
import { selfTimes } from './report/profile.ts'
import {
  cpuTable,
  faultLines,
  growthTable,
  type Measured as MeasuredSize,
  ratioTable,
} from './report/tables.ts'

const benchCase = {
  name: 'page',
  title: 'page & <more>',
  against: 'SQL' as const,
  target: 2,
  prepare: () => assert.fail(),
}

test('the median is the middle one, or the mean of the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.ok(Number.isNaN(median([])))
})

test('percentiles of latencies are true to two in a hundred', () => {
  const latencies = createLatencies()
  for (let ms = 1; ms <= 1_000; ms++) latencies.add(ms)
  const { p50Ms, p95Ms, p99Ms, maxMs } = latencies.summary()
  for (const [found, wanted] of [
    [p50Ms, 500],
    [p95Ms, 950],
    [p99Ms, 990],
  ] as const)
    assert.ok(Math.abs(found / wanted - 1) <= 0.02, `${found} instead of ${wanted}`)
  assert.equal(maxMs, 1_000)
})

test('a ratio is the median of those of the rounds, so that a disturbed round counts once', () => {
  const rounds = [aRound(100, 50), aRound(100, 50), aRound(3, 50)]
  const outcome = judge(benchCase, rounds, rounds)
  assert.equal(outcome.ratio, 2)
  assert.deepEqual(outcome.ratioRange, [0.06, 2])
  assert.equal(outcome.ours.perSecond, 100)
  assert.equal(outcome.theirs.perSecond, 50)
})

test('CPU time is counted by request: half the requests in the same time cost twice as much', () => {
  const outcome = judge(benchCase, [aRound(100, 50)], [])
  assert.deepEqual(outcome.ours.cpu, { api: 5_000 })
  assert.equal(outcome.cpuRatio, 2)
})

test('a wrong answer is told of also when its round does not count', () => {
  const bad = aRound(100, 50, { unexpected: 1, samples: ['500 oops'] })
  const outcome = judge(benchCase, [aRound(100, 50)], [bad, aRound(100, 50)])
  assert.equal(outcome.ours.unexpected, 1)
  assert.match(faultLines([outcome]).join(), /page, ours: 1 unexpected answers: 500 oops/)
})

test('everybody gets every event once, and never one that belongs to another case', () => {
  const pairs = (order: 'spread' | 'hot', from: number) => {
    const next = deal({ people: [1, 2, 3], events: [7, 8, 9], order, from })
    const dealt: string[] = []
    for (let pair = next(); pair; pair = next()) dealt.push(`${pair.person} ${pair.event}`)
    return dealt
  }
  for (const order of ['spread', 'hot'] as const) {
    assert.equal(new Set(pairs(order, 0)).size, 9)
    assert.deepEqual(pairs(order, 2), pairs(order, 0).slice(6))
  }
  assert.deepEqual(pairs('hot', 0).slice(0, 3), ['1 7', '2 7', '3 7'])
  assert.deepEqual(pairs('spread', 0).slice(0, 3), ['1 7', '2 8', '3 9'])
})

test('the tables have the ratio and whether it was reached', () => {
  const outcomes = [judge(benchCase, [aRound(100, 50)], []), judge(benchCase, [aRound(90, 50)], [])]
  const [, met = '', missed = ''] = ratioTable(outcomes).split('\n')
  assert.match(met, /100 +50 +2\.00 +2\.00–2\.00 +≥ 2\.00 +met/)
  assert.match(missed, /90 +50 +1\.80 +1\.80–1\.80 +≥ 2\.00 +missed/)
  assert.match(cpuTable(outcomes), /api 5,000 +api 10,000 +2\.00/)
  assert.match(growthTable([aSize(1_000, 1), aSize(1_000_000, 3)]), /^event page .*3\.00 × +≤ 2 × +missed$/m)
})

test('self times are shares of what was not idle, the largest first', () => {
  const node = (id: number, functionName: string) => ({
    id,
    callFrame: { functionName, url: 'file:///x/node_modules/pg/client.js', lineNumber: 6 },
  })
  const nodes = [node(1, '(idle)'), node(2, 'parse'), node(3, '')]
  const profile = { nodes, samples: [1, 2, 3, 3, 2, 3], timeDeltas: [900, 10, 20, 20, 10, 20] }
  assert.deepEqual(selfTimes(profile, 5), [
    { where: '(anonymous) pg/client.js:7', share: 0.75 },
    { where: 'parse pg/client.js:7', share: 0.25 },
  ])
})

test('the pictures are well-formed XML', () => {
  const outcomes = [judge(benchCase, [aRound(100, 50)], [])]
  assertXml(ratioPicture(outcomes, 'a < b & c'))
  assertXml(growthPicture([aSize(1_000, 0.3), aSize(1_000_000, 250)], 'a < b & c'))
  const latency = {
    place: 'embedded',
    request: 'a & b',
    atOnce: 1,
    oursMs: 3,
    p99Ms: 4,
    floorMs: 2,
    perSecond: 9,
  }
  assertXml(latencyPicture([latency], 'a < b & c'))
  assert.throws(() => assertXml('<svg><g></svg>'))
  assert.throws(() => assertXml('<svg><text>a & b</text></svg>'))
})

function aRound(ours: number, theirs: number, fault: Partial<SideResult> = {}): Round {
  const side = (count: number, given: Partial<SideResult> = {}): Measured => ({
    count,
    seconds: 1,
    unexpected: 0,
    samples: [],
    clientCpuUs: 1_000,
    p50Ms: 1,
    p99Ms: 2,
    cpu: { api: 500_000 },
    foreignShare: 0,
    ...given,
  })
  return { ours: side(ours, fault), theirs: side(theirs), foreignShare: 0 }
}

function aSize(events: number, medianMs: number): MeasuredSize {
  const latencies = Object.fromEntries(
    questions.map(({ name }) => [name, { medianMs, p95Ms: medianMs * 2, firstMs: medianMs }]),
  )
  const size = { events, bookings: events * 2, users: 100, notifications: 300 }
  return { size, seedSeconds: 1, notifySeconds: 1, latencies }
}

/** Every tag is closed in turn, every attribute quoted, and no sign of XML stands in text. */
function assertXml(text: string): void {
  const open: string[] = []
  const rest = text.replace(
    /<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/gi,
    (_, closing, name, _attributes, empty) => {
      if (closing) assert.equal(open.pop(), name)
      else if (!empty) open.push(name)
      return ''
    },
  )
  assert.deepEqual(open, [])
  assert.doesNotMatch(rest.replace(/&#\d+;/g, ''), /[<>&]/)
}
