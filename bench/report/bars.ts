import { times, whole } from '../figures.ts'
import type { Outcome } from '../outcome.ts'
import { bar, drawing, label, stroke, WIDTH } from './svg.ts'

const GROUPS = [
  ['bare node:http', 'AGAINST A BARE node:http SERVER THAT SENDS THE SAME BYTES'],
  ['SQL', 'AGAINST PLAIN SQL, ONE TRANSACTION A BOOKING, ON THE SAME POSTGRESQL'],
  ['Express', 'AGAINST THE SAME ENDPOINTS IN EXPRESS + SEQUELIZE'],
] as const

const MARGIN = 28
const BARS_FROM = 352
const BAR_MAX = 330
const ROW = 44
const TOP = 74
const GROUP_GAP = 30

/** Two bars a case, requests a second, the longer one always of the same length; the ratio beside them. */
export function barChart(outcomes: Outcome[], subtitle: string): string {
  const parts: string[] = [
    label(MARGIN, 36, 'Requests a second, measured side by side', 'title'),
    label(MARGIN, 56, subtitle, 'faint'),
    bar(WIDTH - 196, 25, 12, 12, 'ours'),
    label(WIDTH - 178, 36, 'Stillpoint', 'strong'),
    bar(WIDTH - 100, 27, 12, 9, 'theirs'),
    label(WIDTH - 82, 36, 'the other', 'faint'),
  ]
  let y = TOP
  for (const [against, heading] of GROUPS) {
    const group = outcomes.filter((outcome) => outcome.against === against)
    if (group.length === 0) continue
    parts.push(stroke(MARGIN, y, WIDTH - MARGIN, y), label(MARGIN, y + 20, heading, 'group'))
    y += GROUP_GAP
    for (const outcome of group) {
      parts.push(...row(outcome, y))
      y += ROW
    }
    y += 6
  }
  return drawing(y + 10, 'Stillpoint measured against others', parts)
}

function row({ title, ours, theirs, ratio, target }: Outcome, y: number): string[] {
  const longest = Math.max(ours.perSecond, theirs.perSecond)
  const [mine, other] = [ours, theirs].map(({ perSecond }) => (BAR_MAX * perSecond) / longest) as [
    number,
    number,
  ]
  return [
    label(MARGIN, y + 22, title),
    bar(BARS_FROM, y + 5, mine, 14, 'ours'),
    label(BARS_FROM + mine + 8, y + 16, whole(ours.perSecond), 'strong'),
    bar(BARS_FROM, y + 22, other, 9, 'theirs'),
    label(BARS_FROM + other + 8, y + 31, whole(theirs.perSecond), 'faint'),
    label(WIDTH - MARGIN, y + (target === undefined ? 23 : 16), `${times(ratio)} ×`, 'strong end'),
    ...(target === undefined ? [] : [label(WIDTH - MARGIN, y + 31, `aim ${times(target)}`, 'faint end')]),
  ]
}
