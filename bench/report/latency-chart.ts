import { inMs } from '../figures.ts'
import type { Latency } from '../latency/measure.ts'
import { bar, drawing, label } from './svg.ts'

const LEFT = 250
const BAR_WIDTH = 440
const ROW = 44
const TOP = 84

/** How long people wait, above the least that it takes. */
export function latencyChart(latencies: Latency[], subtitle: string): string {
  const longest = Math.max(...latencies.flatMap(({ oursMs, floorMs }) => [oursMs, floorMs]))
  const width = (ms: number) => (ms / longest) * BAR_WIDTH
  const rows = latencies.flatMap(({ place, request, atOnce, oursMs, floorMs }, i) => {
    const y = TOP + i * ROW
    return [
      label(28, y + 13, request),
      label(28, y + 29, `${place}, ${atOnce} at a time`, 'faint'),
      bar(LEFT, y, width(oursMs), 14, 'ours'),
      label(LEFT + width(oursMs) + 8, y + 12, inMs(oursMs), 'strong'),
      bar(LEFT, y + 18, width(floorMs), 10, 'theirs'),
      label(LEFT + width(floorMs) + 8, y + 28, `floor ${inMs(floorMs)}`, 'faint'),
    ]
  })
  return drawing(TOP + latencies.length * ROW + 20, 'How long people wait', [
    label(28, 36, 'How long people wait for an answer (median)', 'title'),
    label(28, 56, subtitle, 'faint'),
    ...rows,
  ])
}
