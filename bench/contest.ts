import type { BenchCase, Side, SideResult } from './bench-case.ts'
import { median, spread } from './figures.ts'
import { untilCalm } from './stage/cpu.ts'
import type { Stage } from './stage/stage.ts'

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
  ours: SideFigures
  theirs: SideFigures
  /** Of every round, ours and theirs. */
  rounds: { ours: number; theirs: number }[]
}

export type ContestPlan = { seconds: number; rounds: number; log(line: string): void }

/** Ours and theirs in turns, A B A B, after both have been warmed up. */
export async function hold(stage: Stage, benchCase: BenchCase, plan: ContestPlan): Promise<Outcome> {
  const contest = await benchCase.prepare(stage)
  try {
    const [ours, theirs]: [Measured[], Measured[]] = [[], []]
    await measure(stage, contest.ours, plan.seconds)
    await measure(stage, contest.theirs, plan.seconds)
    for (let round = 1; round <= plan.rounds; round++) {
      const [a, b] = [
        await measure(stage, contest.ours, plan.seconds),
        await measure(stage, contest.theirs, plan.seconds),
      ]
      ours.push(a)
      theirs.push(b)
      plan.log(`${benchCase.name} ${round}/${plan.rounds}: ${rate(a)} against ${rate(b)}`)
    }
    return judge(benchCase, ours, theirs)
  } finally {
    await contest.close?.()
  }
}

type Measured = SideResult & { cpu: Record<string, number> }

async function measure(stage: Stage, side: Side, seconds: number): Promise<Measured> {
  await untilCalm(Object.values(stage.cpu))
  const before = side.servers.map((name) => stage.cpu[name]?.() ?? 0)
  const result = await side.run(seconds)
  const used = side.servers.map((name, i) => [name, (stage.cpu[name]?.() ?? 0) - (before[i] ?? 0)] as const)
  return { ...result, cpu: Object.fromEntries(used) }
}

function judge(benchCase: BenchCase, ours: Measured[], theirs: Measured[]): Outcome {
  const { name, title, against, target } = benchCase
  const rounds = ours.map((round, i) => ({
    ours: perSecond(round),
    theirs: perSecond(theirs[i] as Measured),
  }))
  const ratios = rounds.map((round) => round.ours / round.theirs)
  const figures = { ours: summarise(ours), theirs: summarise(theirs) }
  const total = ({ cpu }: SideFigures) => Object.values(cpu).reduce((sum, each) => sum + each, 0)
  return {
    name,
    title,
    against,
    ...(target !== undefined && { target }),
    ratio: median(ratios),
    ratioRange: spread(ratios),
    cpuRatio: total(figures.theirs) / total(figures.ours),
    ...figures,
    rounds,
  }
}

function summarise(rounds: Measured[]): SideFigures {
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
    unexpected: rounds.reduce((sum, { unexpected }) => sum + unexpected, 0),
    samples: rounds.flatMap(({ samples }) => samples).slice(0, 3),
    notes: [...new Set(rounds.flatMap(({ note }) => note ?? []))],
  }
}

const perSecond = ({ count, seconds }: SideResult): number => count / seconds

const rate = (side: SideResult): string => `${Math.round(perSecond(side)).toLocaleString('en')}/s`
