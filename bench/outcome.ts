import { median, spread } from '#harness/load/figures.ts'
import type { BenchCase, SideResult } from './bench-case.ts'

/** One side's turn. `cpu`: of its servers, in µs. `foreignShare`: how much of the machine other programs had. */
export type Measured = SideResult & { cpu: Record<string, number>; foreignShare: number }

export type Round = { ours: Measured; theirs: Measured; foreignShare: number }

export type SideFigures = {
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** CPU time a request, in µs: of each server, and of the client. */
  cpu: Record<string, number>
  clientCpu: number
  count: number
  unexpected: number
  samples: string[]
  notes: string[]
}

export type Outcome = {
  name: string
  title: string
  against: string
  target?: number
  /** The median of the rounds' own ratios: what disturbs a whole round disturbs both sides of it. */
  ratio: number
  /** The smallest and the largest of them. */
  ratioRange: [number, number]
  /** How much less CPU time the servers need for a request. It does not depend on the client's share of the machine. */
  cpuRatio: number
  /** How much of the machine other programs had. */
  foreignShare: number
  ours: SideFigures
  theirs: SideFigures
  /** Of every round, ours and theirs. */
  rounds: { ours: number; theirs: number }[]
}

/** `all` are also those that do not count: a wrong answer counts whenever it was given. */
export function judge({ name, title, against, target }: BenchCase, rounds: Round[], all: Round[]): Outcome {
  const rates = rounds.map(({ ours, theirs }) => ({ ours: perSecond(ours), theirs: perSecond(theirs) }))
  const ratios = rates.map(({ ours, theirs }) => ours / theirs)
  const [ours, theirs] = (['ours', 'theirs'] as const).map((side) =>
    summarise(
      rounds.map((round) => round[side]),
      all.map((round) => round[side]),
    ),
  ) as [SideFigures, SideFigures]
  const total = ({ cpu }: SideFigures) => Object.values(cpu).reduce((sum, each) => sum + each, 0)
  return {
    name,
    title,
    against,
    ...(target !== undefined && { target }),
    ratio: median(ratios),
    ratioRange: spread(ratios),
    cpuRatio: total(theirs) / total(ours),
    foreignShare: median(rounds.map(({ foreignShare }) => foreignShare)),
    ours,
    theirs,
    rounds: rates,
  }
}

function summarise(rounds: Measured[], all: Measured[]): SideFigures {
  const servers = Object.keys(rounds[0]?.cpu ?? {})
  const each = (figure: (round: Measured) => number) => median(rounds.map(figure))
  return {
    perSecond: each(perSecond),
    p50Ms: each(({ p50Ms }) => p50Ms),
    p99Ms: each(({ p99Ms }) => p99Ms),
    cpu: Object.fromEntries(
      servers.map((name) => [name, each(({ cpu, count }) => (cpu[name] ?? 0) / count)]),
    ),
    clientCpu: each(({ clientCpuUs, count }) => clientCpuUs / count),
    count: rounds.reduce((sum, { count }) => sum + count, 0),
    unexpected: all.reduce((sum, { unexpected }) => sum + unexpected, 0),
    samples: all.flatMap(({ samples }) => samples).slice(0, 3),
    notes: [...new Set(all.flatMap(({ note }) => note ?? []))],
  }
}

export const perSecond = ({ count, seconds }: SideResult): number => count / seconds
