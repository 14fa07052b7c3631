import { inMs, whole } from '../figures.ts'
import { questions } from '../growth/questions.ts'
import type { Measured } from './growth-table.ts'
import { drawing, label, stroke, WIDTH } from './svg.ts'

const HEIGHT = 480
const LEFT = 76
const RIGHT = WIDTH - 262
const TOP = 84
const BOTTOM = HEIGHT - 52
const LABEL_GAP = 16
/** Readable on white and on black. */
const COLOURS = [
  '#0f9d7a',
  '#3b82f6',
  '#e0662b',
  '#a855f7',
  '#d4a017',
  '#e0447c',
  '#0ea5b7',
  '#7c8798',
  '#65a30d',
  '#b4532a',
  '#6366f1',
  '#c026d3',
]

/** Latency against size, both in steps of ten: a flat line is one that does not grow. */
export function lineChart(measured: Measured[], subtitle: string): string {
  const sizes = measured.map(({ size }) => size.events)
  const all = measured.flatMap(({ latencies }) => Object.values(latencies).map(({ medianMs }) => medianMs))
  const x = logScale([Math.min(...sizes), Math.max(...sizes)], [LEFT, RIGHT])
  const y = logScale(
    [10 ** Math.floor(Math.log10(Math.min(...all))), 10 ** Math.ceil(Math.log10(Math.max(...all)))],
    [BOTTOM, TOP],
  )
  const lines = questions.map(({ name, title }, i) => {
    const points = measured.map(({ size, latencies }) => {
      const ms = latencies[name]?.medianMs ?? 0
      return { x: x(size.events), y: y(ms), ms }
    })
    return { title, colour: COLOURS[i % COLOURS.length] ?? '', points }
  })
  const ends = lines.map(({ points }) => points.at(-1)?.y ?? 0)
  const labelYs = apart(ends, LABEL_GAP)
  return drawing(HEIGHT, 'Latency against size', [
    label(28, 36, 'How long a request takes as the database grows', 'title'),
    label(28, 56, subtitle, 'faint'),
    ...grid(sizes, x, y, all),
    ...lines.flatMap(({ title, colour, points }, i) => [
      `<polyline fill="none" stroke="${colour}" stroke-width="2.2" stroke-linejoin="round" points="${points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ')}"/>`,
      ...points.map(
        (point) => `<circle cx="${point.x.toFixed(1)}" cy="${point.y.toFixed(1)}" r="3" fill="${colour}"/>`,
      ),
      `<circle cx="${RIGHT + 18}" cy="${((labelYs[i] ?? 0) - 4).toFixed(1)}" r="4" fill="${colour}"/>`,
      label(RIGHT + 28, labelYs[i] ?? 0, `${title}, ${inMs(points.at(-1)?.ms ?? 0)}`),
    ]),
    label((LEFT + RIGHT) / 2, HEIGHT - 14, 'events (bookings: twice as many)', 'faint middle'),
  ])
}

type Scale = (value: number) => number

function grid(sizes: number[], x: Scale, y: Scale, all: number[]): string[] {
  const decades = []
  for (let ms = 10 ** Math.floor(Math.log10(Math.min(...all))); y(ms) >= TOP - 1; ms *= 10) decades.push(ms)
  return [
    ...decades.flatMap((ms) => [
      stroke(LEFT, y(ms), RIGHT, y(ms)),
      label(LEFT - 10, y(ms) + 4, `${whole(ms) === '0' ? ms.toPrecision(1) : whole(ms)} ms`, 'faint end'),
    ]),
    ...sizes.map((size) => label(x(size), BOTTOM + 20, whole(size), 'faint middle')),
  ]
}

function logScale([from, to]: [number, number], [start, end]: [number, number]): Scale {
  const span = Math.log(to / from) || 1
  return (value) => start + ((end - start) * Math.log(value / from)) / span
}

/** The nearest places that are at least `gap` from each other, in the same order. */
function apart(wanted: number[], gap: number): number[] {
  const order = wanted.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at)
  let last = Number.NEGATIVE_INFINITY
  for (const place of order) {
    place.at = Math.max(place.at, last + gap)
    last = place.at
  }
  const over = Math.max(0, last - BOTTOM)
  let next = Number.POSITIVE_INFINITY
  for (const place of order.toReversed()) {
    place.at = Math.min(place.at, over > 0 ? Math.min(place.at, next - gap, BOTTOM) : place.at)
    next = place.at
  }
  const places = new Array<number>(wanted.length)
  for (const { at, i } of order) places[i] = at + 4
  return places
}
