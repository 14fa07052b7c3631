import { inMs, thousands, times } from '#harness/load/figures.ts'
import { questions } from '../growth/questions.ts'
import type { Latency } from '../latency/measure.ts'
import type { Outcome } from '../outcome.ts'
import type { Measured } from './tables.ts'

/** Pictures as SVG: one look, in light and in dark, without fonts or scripts of their own. */

const WIDTH = 860
const MARGIN = 28
const STYLE = `
  svg { --paper: #ffffff; --line: #e4e7ec; --ink: #1d2433; --faint: #667085; --ours: #0f8a6d; --theirs: #b6bdc9 }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #12161f; --line: #2a3140; --ink: #e8ebf1; --faint: #98a2b3; --ours: #2fc39c; --theirs: #4b5567 }
  }
  text { font: 13px ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: var(--ink) }
  .title { font-size: 18px; font-weight: 600 }
  .group { font-size: 12px; font-weight: 600; fill: var(--faint); letter-spacing: .04em }
  .faint { font-size: 12px; fill: var(--faint) }
  .strong { font-weight: 600 }
  .end { text-anchor: end }
  .middle { text-anchor: middle }
  .paper { fill: var(--paper); stroke: var(--line) }
  .line { stroke: var(--line) }
  .ours { fill: var(--ours) }
  .theirs { fill: var(--theirs) }`

const GROUPS = [
  ['bare node:http', 'AGAINST A BARE node:http SERVER THAT SENDS THE SAME BYTES'],
  ['SQL', 'AGAINST PLAIN SQL, ONE TRANSACTION A BOOKING, ON THE SAME POSTGRESQL'],
  ['Express', 'AGAINST THE SAME ENDPOINTS IN EXPRESS + SEQUELIZE'],
] as const

/** Two bars a case, requests a second, the longer one always of the same length; the ratio beside them. */
export function ratioPicture(outcomes: Outcome[], subtitle: string): string {
  const groups = GROUPS.map(([against, heading]) => ({
    heading,
    bars: outcomes
      .filter((outcome) => outcome.against === against)
      .map(({ title, ours, theirs, ratio, target }) => ({
        label: title,
        values: [ours.perSecond, theirs.perSecond] as [number, number],
        longest: Math.max(ours.perSecond, theirs.perSecond),
        texts: [thousands(ours.perSecond), thousands(theirs.perSecond)] as [string, string],
        result: [`${times(ratio)} ×`, target === undefined ? '' : `aim ${times(target)}`] as [string, string],
      })),
  }))
  return barPicture('Requests a second, measured side by side', subtitle, groups)
}

/** How long people wait, above the least that it takes. */
export function latencyPicture(latencies: Latency[], subtitle: string): string {
  const longest = Math.max(...latencies.flatMap(({ oursMs, floorMs }) => [oursMs, floorMs]))
  const bars = latencies.map(({ place, request, atOnce, oursMs, floorMs }) => ({
    label: request,
    detail: `${place}, ${atOnce} at a time`,
    values: [oursMs, floorMs] as [number, number],
    longest,
    texts: [inMs(oursMs), `floor ${inMs(floorMs)}`] as [string, string],
  }))
  return barPicture('How long people wait for an answer (median)', subtitle, [{ bars }])
}

type Bar = {
  label: string
  detail?: string
  /** Ours above, the other below; a bar of the `longest` value is as long as one can be. */
  values: [number, number]
  longest: number
  texts: [string, string]
  result?: [string, string]
}

const BARS_FROM = 352
const BAR_MAX = 330
const ROW = 44

function barPicture(title: string, subtitle: string, groups: { heading?: string; bars: Bar[] }[]): string {
  const parts = [
    rect(WIDTH - 196, 25, 12, 12, 'ours'),
    label(WIDTH - 178, 36, 'Stillpoint', 'strong'),
    rect(WIDTH - 100, 27, 12, 9, 'theirs'),
    label(WIDTH - 82, 36, 'the other', 'faint'),
  ]
  let y = 74
  for (const { heading, bars } of groups.filter(({ bars }) => bars.length > 0)) {
    if (heading) {
      parts.push(stroke(MARGIN, y, WIDTH - MARGIN, y), label(MARGIN, y + 20, heading, 'group'))
      y += 30
    }
    for (const bar of bars) {
      parts.push(...barRow(bar, y))
      y += ROW
    }
    y += 6
  }
  return drawing(y + 10, title, subtitle, parts)
}

function barRow({ label: text, detail, values, longest, texts, result }: Bar, y: number): string[] {
  const [mine, other] = values.map((value) => (BAR_MAX * value) / longest) as [number, number]
  const [above, below] = result ?? ['', '']
  return [
    label(MARGIN, y + (detail ? 14 : 22), text),
    label(MARGIN, y + 30, detail ?? '', 'faint'),
    rect(BARS_FROM, y + 5, mine, 14, 'ours'),
    label(BARS_FROM + mine + 8, y + 16, texts[0], 'strong'),
    rect(BARS_FROM, y + 22, other, 9, 'theirs'),
    label(BARS_FROM + other + 8, y + 31, texts[1], 'faint'),
    label(WIDTH - MARGIN, y + (below ? 16 : 23), above, 'strong end'),
    label(WIDTH - MARGIN, y + 31, below, 'faint end'),
  ]
}

const HEIGHT = 480
const LEFT = 76
const RIGHT = WIDTH - 262
const TOP = 84
const BOTTOM = HEIGHT - 52
const LABEL_GAP = 16
/** Readable on white and on black. */
// biome-ignore format: a list to look through
const COLOURS = [
  '#0f9d7a', '#3b82f6', '#e0662b', '#a855f7', '#d4a017', '#e0447c', '#0ea5b7', '#7c8798', '#65a30d', '#b4532a', '#6366f1', '#c026d3',
]

/** Latency against size, both in steps of ten: a flat line is one that does not grow. */
export function growthPicture(measured: Measured[], subtitle: string): string {
  const sizes = measured.map(({ size }) => size.events)
  const all = measured.flatMap(({ latencies }) => Object.values(latencies).map(({ medianMs }) => medianMs))
  const [least, most] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))]
  const x = logScale([Math.min(...sizes), Math.max(...sizes)], [LEFT, RIGHT])
  const y = logScale([10 ** least, 10 ** most], [BOTTOM, TOP])
  const lines = questions.map(({ name, title }, i) => ({
    title,
    colour: COLOURS[i % COLOURS.length] ?? '',
    lastMs: measured.at(-1)?.latencies[name]?.medianMs ?? 0,
    points: measured.map(({ size, latencies }) => [x(size.events), y(latencies[name]?.medianMs ?? 0)]),
  }))
  const labelYs = apart(
    lines.map(({ lastMs }) => y(lastMs)),
    LABEL_GAP,
  )
  const decades = Array.from({ length: most - least + 1 }, (_, i) => 10 ** (least + i))
  return drawing(HEIGHT, 'How long a request takes as the database grows', subtitle, [
    ...decades.flatMap((ms) => [
      stroke(LEFT, y(ms), RIGHT, y(ms)),
      label(LEFT - 10, y(ms) + 4, `${ms < 1 ? ms.toPrecision(1) : thousands(ms)} ms`, 'faint end'),
    ]),
    ...sizes.map((size) => label(x(size), BOTTOM + 20, thousands(size), 'faint middle')),
    ...lines.flatMap(({ title, colour, lastMs, points }, i) => [
      `<polyline fill="none" stroke="${colour}" stroke-width="2.2" stroke-linejoin="round" points="${points.map((point) => point.map(round).join()).join(' ')}"/>`,
      ...points.map(([cx = 0, cy = 0]) => dot(cx, cy, 3, colour)),
      dot(RIGHT + 18, (labelYs[i] ?? 0) - 4, 4, colour),
      label(RIGHT + 28, labelYs[i] ?? 0, `${title}, ${inMs(lastMs)}`),
    ]),
    label((LEFT + RIGHT) / 2, HEIGHT - 14, 'events (bookings: twice as many)', 'faint middle'),
  ])
}

function logScale([from, to]: [number, number], [start, end]: [number, number]): (value: number) => number {
  const span = Math.log(to / from) || 1
  return (value) => start + ((end - start) * Math.log(value / from)) / span
}

/** The nearest places that are at least `gap` from each other, in the same order, and none below the picture. */
function apart(wanted: number[], gap: number): number[] {
  const order = wanted.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at)
  let last = Number.NEGATIVE_INFINITY
  for (const place of order) last = place.at = Math.max(place.at, last + gap)
  let next = BOTTOM + gap
  for (const place of order.toReversed()) next = place.at = Math.min(place.at, next - gap)
  return order.toSorted((a, b) => a.i - b.i).map(({ at }) => at + 4)
}

function drawing(height: number, title: string, subtitle: string, parts: string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="10"/>`,
    label(MARGIN, 36, title, 'title'),
    label(MARGIN, 56, subtitle, 'faint'),
    ...parts.filter(Boolean),
    '</svg>\n',
  ].join('\n')
}

const label = (x: number, y: number, text: string, className = ''): string =>
  text &&
  `<text x="${round(x)}" y="${round(y)}"${className && ` class="${className}"`}>${escapeXml(text)}</text>`

const rect = (x: number, y: number, width: number, height: number, className: string): string =>
  `<rect class="${className}" x="${round(x)}" y="${round(y)}" width="${round(Math.max(1, width))}" height="${height}" rx="3"/>`

const stroke = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="line" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`

const dot = (x: number, y: number, r: number, colour: string): string =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="${r}" fill="${colour}"/>`

const round = (value: number): number => Math.round(value * 10) / 10

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
