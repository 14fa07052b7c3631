import { inMs, median, percent, spread, times, whole } from '../figures.ts'
import type { Outcome, SideFigures } from '../outcome.ts'
import type { Memory } from '../stage/memory.ts'
import { totalOf } from '../stage/memory.ts'
import type { Start } from '../stage/npm-start.ts'
import { align } from './align.ts'

/** The ratios, one line a case. */
export function ratioTable(outcomes: Outcome[]): string {
  const head = [
    '',
    'against',
    'ours/s',
    'theirs/s',
    'ratio',
    'range',
    'target',
    '',
    'p50',
    'p99',
    'their p99',
  ]
  const rows = outcomes.map((outcome) => [
    outcome.title,
    outcome.against,
    whole(outcome.ours.perSecond),
    whole(outcome.theirs.perSecond),
    times(outcome.ratio),
    outcome.ratioRange.map(times).join('–'),
    outcome.target === undefined ? '' : `≥ ${times(outcome.target)}`,
    verdict(outcome),
    inMs(outcome.ours.p50Ms),
    inMs(outcome.ours.p99Ms),
    inMs(outcome.theirs.p99Ms),
    percent(outcome.foreignShare),
  ])
  return align([head, ...rows], 2)
}

/** What a request costs each server, and the client that asks. */
export function cpuTable(outcomes: Outcome[]): string {
  const head = [
    'CPU time a request, µs',
    'against',
    'ours',
    'theirs',
    'ratio',
    'client ours',
    'client theirs',
  ]
  const rows = outcomes.map(({ title, against, ours, theirs, cpuRatio }) => [
    title,
    against,
    servers(ours),
    servers(theirs),
    times(cpuRatio),
    whole(ours.clientCpu),
    whole(theirs.clientCpu),
  ])
  return align([head, ...rows], 2)
}

/** Memory of all processes, the last line their sum. */
export function memoryTable(memories: Memory[]): string {
  const rows = [...memories, totalOf(memories)].map(({ name, processes, rss, pss }) => [
    name,
    String(processes),
    whole(rss),
    whole(pss),
  ])
  return align([['memory, MB', 'processes', 'RSS', 'PSS'], ...rows], 1)
}

/** Seconds from the command to two healthy services, medians of all starts. */
export function startTable(starts: Record<'cold' | 'warm', Start[]>): string {
  const rows = (['cold', 'warm'] as const).map((kind) => {
    const seconds = starts[kind].map(({ ms }) => ms / 1_000)
    const memory = median(starts[kind].map((start) => totalOf(start.memory).pss))
    const [fastest, slowest] = spread(seconds).map((each) => each.toFixed(2))
    return [
      kind,
      median(seconds).toFixed(2),
      `${fastest}–${slowest}`,
      `≤ ${START_TARGETS[kind]}`,
      whole(memory),
      '≤ 350',
    ]
  })
  return align([['npm start until healthy', 's', 'range', 'target', 'MB idle', 'target'], ...rows], 1)
}

const START_TARGETS = { cold: 5, warm: 2 }

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

function verdict({ ratio, target }: Outcome): string {
  if (target === undefined) return ''
  return ratio >= target ? 'met' : 'missed'
}

function servers({ cpu }: SideFigures): string {
  return Object.entries(cpu)
    .map(([name, us]) => `${name} ${whole(us)}`)
    .join(' + ')
}
