import { inMs, percent, times, whole } from '../figures.ts'
import type { Outcome, SideFigures } from '../outcome.ts'
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
    'others',
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
