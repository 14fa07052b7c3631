import { availableParallelism } from 'node:os'
import type { BenchCase, Side, SideResult } from './bench-case.ts'
import { median, percent, spread } from './figures.ts'
import { machineMeter, untilCalm } from './stage/cpu.ts'
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
  /** How much of the machine other programs had. */
  foreignShare: number
  ours: SideFigures
  theirs: SideFigures
  /** Of every round, ours and theirs. */
  rounds: { ours: number; theirs: number }[]
}

export type ContestPlan = { seconds: number; rounds: number; log(line: string): void }

/** Rounds in which other programs took more of the machine than this are repeated, as often as there are rounds. */
const CALM_SHARE_MAX = 0.1

/** Ours and theirs in turns, A B A B, after both have been warmed up. Of more rounds than wanted the calmest count. */
export async function hold(stage: Stage, benchCase: BenchCase, plan: ContestPlan): Promise<Outcome> {
  const contest = await benchCase.prepare(stage)
  const rounds: Round[] = []
  const calm = () => rounds.filter(({ foreignShare }) => foreignShare <= CALM_SHARE_MAX).length
  try {
    await measure(stage, contest.ours, plan.seconds)
    await measure(stage, contest.theirs, plan.seconds)
    while (calm() < plan.rounds && rounds.length < 2 * plan.rounds) {
      const ours = await measure(stage, contest.ours, plan.seconds)
      const theirs = await measure(stage, contest.theirs, plan.seconds)
      const foreignShare = Math.max(ours.foreignShare, theirs.foreignShare)
      rounds.push({ ours, theirs, foreignShare })
      const busy = foreignShare > CALM_SHARE_MAX ? `, others took ${percent(foreignShare)}` : ''
      plan.log(`${benchCase.name} ${rounds.length}: ${rate(ours)} against ${rate(theirs)}${busy}`)
    }
    const calmest = rounds.toSorted((a, b) => a.foreignShare - b.foreignShare).slice(0, plan.rounds)
    return judge(benchCase, calmest)
  } finally {
    await contest.close?.()
  }
}

type Measured = SideResult & { cpu: Record<string, number>; foreignShare: number }
type Round = { ours: Measured; theirs: Measured; foreignShare: number }

async function measure(stage: Stage, side: Side, seconds: number): Promise<Measured> {
  await untilCalm(Object.values(stage.cpu))
  const readAll = () => Object.entries(stage.cpu).map(([name, meter]) => [name, meter()] as const)
  const [beganAt, machine, before] = [performance.now(), machineMeter(), new Map(readAll())]
  const result = await side.run(seconds)
  const used = readAll().map(([name, us]) => [name, us - (before.get(name) ?? 0)] as const)
  const own = used.reduce((sum, [, us]) => sum + us, result.clientCpuUs)
  const possible = (performance.now() - beganAt) * 1_000 * availableParallelism()
  const foreignShare = Math.max(0, machineMeter() - machine - own) / possible
  const cpu = Object.fromEntries(used.filter(([name]) => side.servers.includes(name)))
  return { ...result, cpu, foreignShare }
}

function judge({ name, title, against, target }: BenchCase, rounds: Round[]): Outcome {
  const rates = rounds.map(({ ours, theirs }) => ({ ours: perSecond(ours), theirs: perSecond(theirs) }))
  const ratios = rates.map(({ ours, theirs }) => ours / theirs)
  const ours = summarise(rounds.map((round) => round.ours))
  const theirs = summarise(rounds.map((round) => round.theirs))
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
