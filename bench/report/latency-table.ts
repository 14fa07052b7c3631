import { inMs, times, whole } from '../figures.ts'
import type { Latency } from '../latency/measure.ts'
import { align } from './align.ts'

/** One line for each crowd at each PostgreSQL. */
export function latencyTable(latencies: Latency[]): string {
  const head = [
    'latency',
    'PostgreSQL',
    'at once',
    'p50',
    'p99',
    'floor',
    '× floor',
    'answers/s',
    'target',
    '',
  ]
  const rows = latencies.map(({ request, place, atOnce, oursMs, p99Ms, floorMs, perSecond, target }) => [
    request,
    place,
    String(atOnce),
    inMs(oursMs),
    inMs(p99Ms),
    inMs(floorMs),
    times(oursMs / floorMs),
    whole(perSecond),
    target ? `${times(target.ratio)} ≤ ${target.limit}` : '',
    target ? (target.ratio <= target.limit ? 'met' : 'missed') : '',
  ])
  return align([head, ...rows], 2)
}
