import type { FirstVisit } from '#harness/browser/first-visit.ts'
import { inMs, inSeconds, median, percent, spread, thousands, times } from '#harness/load/figures.ts'
import type { Memory } from '#harness/processes/proc.ts'
import type { Latency as GrowthLatency } from '../growth/ask.ts'
import type { Size } from '../growth/grow.ts'
import { type Question, questions } from '../growth/questions.ts'
import type { Latency } from '../latency/measure.ts'
import type { Outcome, SideFigures } from '../outcome.ts'
import { type Start, totalOf } from '../stage/npm-start.ts'

/** A head and what stands below it; numbers stand to the right unless it is text. */
export type Column<Row> = [head: string, cell: (row: Row) => string, kind?: 'text']

/** Columns under each other, for a terminal. */
export function table<Row>(rows: Row[], columns: Column<Row>[]): string {
  const lines = [columns.map(([head]) => head), ...rows.map((row) => columns.map(([, cell]) => cell(row)))]
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  const pad = (cell: string, i: number) =>
    columns[i]?.[2] === 'text' ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}

const met = (isMet: boolean) => (isMet ? 'met' : 'missed')

/** The ratios, one line a case. */
export const ratioTable = (outcomes: Outcome[]): string =>
  table(outcomes, [
    ['', ({ title }) => title, 'text'],
    ['against', ({ against }) => against, 'text'],
    ['ours/s', ({ ours }) => thousands(ours.perSecond)],
    ['theirs/s', ({ theirs }) => thousands(theirs.perSecond)],
    ['ratio', ({ ratio }) => times(ratio)],
    ['range', ({ ratioRange }) => ratioRange.map(times).join('–')],
    ['target', ({ target }) => (target === undefined ? '' : `≥ ${times(target)}`)],
    ['', ({ target, ratio }) => (target === undefined ? '' : met(ratio >= target))],
    ['p50', ({ ours }) => inMs(ours.p50Ms)],
    ['p99', ({ ours }) => inMs(ours.p99Ms)],
    ['their p99', ({ theirs }) => inMs(theirs.p99Ms)],
    ['others', ({ foreignShare }) => percent(foreignShare)],
  ])

/** What a request costs each server, and the client that asks. */
export const cpuTable = (outcomes: Outcome[]): string =>
  table(outcomes, [
    ['CPU time a request, µs', ({ title }) => title, 'text'],
    ['against', ({ against }) => against, 'text'],
    ['ours', ({ ours }) => servers(ours)],
    ['theirs', ({ theirs }) => servers(theirs)],
    ['ratio', ({ cpuRatio }) => times(cpuRatio)],
    ['client ours', ({ ours }) => thousands(ours.clientCpu)],
    ['client theirs', ({ theirs }) => thousands(theirs.clientCpu)],
  ])

const servers = ({ cpu }: SideFigures): string =>
  Object.entries(cpu)
    .map(([name, us]) => `${name} ${thousands(us)}`)
    .join(' + ')

/** Everything that was not as it should be. */
export function faultLines(outcomes: Outcome[]): string[] {
  return outcomes.flatMap(({ name, ours, theirs }) =>
    Object.entries({ ours, theirs }).flatMap(([side, { unexpected, samples, notes }]) => [
      ...(unexpected > 0
        ? [`${name}, ${side}: ${unexpected} unexpected answers: ${samples.join(' | ')}`]
        : []),
      ...notes.map((note) => `${name}, ${side}: ${note}`),
    ]),
  )
}

/** All processes, and their sum, which should not be above the target. */
export const memoryTable = (memories: Memory[], target: number): string =>
  table(
    [...memories, totalOf(memories)],
    [
      ['memory, MB', ({ name }) => name, 'text'],
      ['processes', ({ processes }) => String(processes)],
      ['RSS', ({ rss }) => thousands(rss)],
      ['PSS', ({ pss }) => thousands(pss)],
      ['target', ({ name }) => (name === 'all' ? `≤ ${target}` : '')],
    ],
  )

const START_TARGETS = { cold: 5, warm: 2 }
export const IDLE_MEMORY_TARGET = 350

/** Seconds from the command to two healthy services, medians of all starts. */
export const startTable = (starts: Record<'cold' | 'warm', Start[]>): string =>
  table(
    (['cold', 'warm'] as const).map((kind) => ({
      kind,
      seconds: starts[kind].map(({ ms }) => ms / 1_000),
      memory: median(starts[kind].map(({ memory }) => totalOf(memory).pss)),
    })),
    [
      ['npm start until healthy', ({ kind }) => kind, 'text'],
      ['s', ({ seconds }) => median(seconds).toFixed(2)],
      [
        'range',
        ({ seconds }) =>
          spread(seconds)
            .map((each) => each.toFixed(2))
            .join('–'),
      ],
      ['target', ({ kind }) => `≤ ${START_TARGETS[kind]}`],
      ['MB idle', ({ memory }) => thousands(memory)],
      ['target', () => `≤ ${IDLE_MEMORY_TARGET}`],
    ],
  )

/** One line for each number of people at each PostgreSQL. */
export const latencyTable = (latencies: Latency[]): string =>
  table(latencies, [
    ['latency', ({ request }) => request, 'text'],
    ['PostgreSQL', ({ place }) => place, 'text'],
    ['at once', ({ atOnce }) => String(atOnce)],
    ['p50', ({ oursMs }) => inMs(oursMs)],
    ['p99', ({ p99Ms }) => inMs(p99Ms)],
    ['floor', ({ floorMs }) => inMs(floorMs)],
    ['× floor', ({ oursMs, floorMs }) => times(oursMs / floorMs)],
    ['answers/s', ({ perSecond }) => thousands(perSecond)],
    ['target', ({ target }) => (target ? `${times(target.ratio)} ≤ ${target.limit}` : '')],
    ['', ({ target }) => (target ? met(target.ratio <= target.limit) : '')],
  ])

export type PageFigures = FirstVisit & { name: string; isSlow: boolean }

const FIRST_PAINT_TARGET_MS = 1_200
const PAGE_TARGET_MS = 2_500
/** On a line without limits, and a processor of its own. */
const INTERACTIVE_TARGET_MS = 1_500
const SHIFT_TARGET = 0.05
const BYTES_TARGET = 250_000
const SCRIPT_TARGET = 200_000

/** One line a page; the last column says what is missed. */
export const pageTable = (figures: PageFigures[]): string =>
  table(figures, [
    ['first visit', ({ name }) => name, 'text'],
    ['first paint', ({ firstPaintMs }) => inSeconds(firstPaintMs)],
    ['largest paint', ({ largestPaintMs }) => inSeconds(largestPaintMs)],
    ['content', ({ contentMs }) => inSeconds(contentMs)],
    ['shift', ({ shift }) => shift.toFixed(3)],
    ['kB', ({ bytes }) => thousands(bytes / 1_000)],
    ['kB of script', ({ scriptBytes }) => thousands(scriptBytes / 1_000)],
    ['', (page) => missedBy(page).join(', ') || 'met', 'text'],
  ])

function missedBy(page: PageFigures): string[] {
  const { firstPaintMs, largestPaintMs, contentMs, shift, bytes, scriptBytes, isSlow } = page
  const pageMs = isSlow ? PAGE_TARGET_MS : INTERACTIVE_TARGET_MS
  const bounds: [what: string, value: number, target: number][] = [
    ['first paint', firstPaintMs, FIRST_PAINT_TARGET_MS],
    ['largest paint', largestPaintMs, pageMs],
    ['content', contentMs, pageMs],
    ['shift', shift, SHIFT_TARGET],
    ['kB', bytes, BYTES_TARGET],
    ['kB of script', scriptBytes, SCRIPT_TARGET],
  ]
  return bounds.filter(([, value, target]) => value > target).map(([what]) => `${what} missed`)
}

export type Measured = {
  size: Size
  seedSeconds: number
  notifySeconds: number
  latencies: Record<string, GrowthLatency>
}

const SEED_TARGET_SECONDS = 300
const SEED_TARGET_EVENTS = 1_000_000

/** Median and, behind it, the 95th percentile at every size; how many times the smallest the largest takes. */
export function growthTable(measured: Measured[]): string {
  const medianOf = ({ name }: Question, at: number) => measured.at(at)?.latencies[name]?.medianMs ?? 0
  const growthOf = (question: Question) => medianOf(question, -1) / medianOf(question, 0)
  const isMet = (
    question: Question,
    { times, ms = Number.POSITIVE_INFINITY }: { times: number; ms?: number },
  ) => medianOf(question, -1) <= ms && growthOf(question) <= times
  return table<Question>(questions, [
    ['median (p95)', ({ title }) => title, 'text'],
    ...measured.map(
      ({ size, latencies }): Column<Question> => [
        thousands(size.events),
        ({ name }) => `${inMs(latencies[name]?.medianMs ?? 0)} (${inMs(latencies[name]?.p95Ms ?? 0)})`,
      ],
    ),
    ['growth', (question) => `${times(growthOf(question))} ×`],
    ['limit', ({ limit }) => (limit ? `≤ ${limit.times} ×${limit.ms ? `, ≤ ${limit.ms} ms` : ''}` : '')],
    ['', (question) => (question.limit ? met(isMet(question, question.limit)) : '')],
  ])
}

export function growthLines(measured: Measured[]): string[] {
  const first = measured.map(({ latencies }) => inMs(latencies['search-word']?.firstMs ?? 0))
  return [
    `the frequent word when it is looked for the first time: ${first.join(', ')}`,
    ...measured.map(({ size: { events, bookings, notifications }, seedSeconds, notifySeconds }) => {
      const target = events >= SEED_TARGET_EVENTS ? ` (aim ≤ ${SEED_TARGET_SECONDS} s)` : ''
      return (
        `${thousands(events)} events and ${thousands(bookings)} bookings seeded in ${seedSeconds.toFixed(1)} s${target}, ` +
        `${thousands(notifications)} notifications taken in ${notifySeconds.toFixed(1)} s`
      )
    }),
  ]
}
