import { inMs, times, whole } from '../figures.ts'
import type { Latency } from '../growth/ask.ts'
import type { Size } from '../growth/grow.ts'
import { type Question, questions } from '../growth/questions.ts'
import { align } from './align.ts'

export type Measured = {
  size: Size
  seedSeconds: number
  notifySeconds: number
  latencies: Record<string, Latency>
}

const SEED_TARGET_SECONDS = 300
const SEED_TARGET_EVENTS = 1_000_000

/** Median and, behind it, the 95th percentile at every size; how many times the smallest the largest takes. */
export function growthTable(measured: Measured[]): string {
  const head = ['median (p95)', ...measured.map(({ size }) => whole(size.events)), 'growth', 'limit', '']
  const rows = questions.map((question) => {
    const latencies = measured.map(({ latencies }) => latencies[question.name] as Latency)
    const cells = latencies.map(({ medianMs, p95Ms }) => `${inMs(medianMs)} (${inMs(p95Ms)})`)
    return [
      question.title,
      ...cells,
      `${times(growthOf(measured, question))} ×`,
      limitOf(question),
      verdict(measured, question),
    ]
  })
  return align([head, ...rows], 1)
}

/** From the second time on its total is cached. */
export function firstSearchLine(measured: Measured[]): string {
  const times = measured.map(({ latencies }) => inMs(latencies['search-word']?.firstMs ?? 0))
  return `the frequent word when it is looked for the first time: ${times.join(', ')}`
}

export function seedLines(measured: Measured[]): string[] {
  return measured.map(({ size, seedSeconds, notifySeconds }) => {
    const { events, bookings, notifications } = size
    const target = events >= SEED_TARGET_EVENTS ? ` (aim ≤ ${SEED_TARGET_SECONDS} s)` : ''
    return (
      `${whole(events)} events and ${whole(bookings)} bookings seeded in ${seedSeconds.toFixed(1)} s${target}, ` +
      `${whole(notifications)} notifications taken in ${notifySeconds.toFixed(1)} s`
    )
  })
}

function growthOf(measured: Measured[], { name }: Question): number {
  const last = measured.at(-1)?.latencies[name]?.medianMs ?? 0
  return last / (measured[0]?.latencies[name]?.medianMs ?? 0)
}

function limitOf({ limit }: Question): string {
  if (!limit) return ''
  return `≤ ${limit.times} ×${limit.ms === undefined ? '' : `, ≤ ${limit.ms} ms`}`
}

function verdict(measured: Measured[], question: Question): string {
  const { name, limit } = question
  if (!limit) return ''
  const isFast = (measured.at(-1)?.latencies[name]?.medianMs ?? 0) <= (limit.ms ?? Number.POSITIVE_INFINITY)
  return isFast && growthOf(measured, question) <= limit.times ? 'met' : 'missed'
}
