import { availableParallelism } from 'node:os'
import { percent } from '#harness/load/figures.ts'
import type { BenchCase, Contest, Side } from './bench-case.ts'
import { judge, type Measured, type Outcome, perSecond, type Round } from './outcome.ts'
import { machineMeter, untilCalm } from './stage/cpu.ts'
import type { Stage } from './stage/stage.ts'

export type ContestPlan = { seconds: number; rounds: number; log(line: string): void }

/** Rounds in which other programs took more of the machine than this are repeated, as often as there are rounds. */
const CALM_SHARE_MAX = 0.1

/** Ours and theirs in turns, A B A B, after both have been warmed up. Of more rounds than wanted the calmest count. */
export async function hold(stage: Stage, benchCase: BenchCase, plan: ContestPlan): Promise<Outcome> {
  const contest = await benchCase.prepare(stage)
  const rounds: Round[] = []
  const calm = () => rounds.filter(({ foreignShare }) => foreignShare <= CALM_SHARE_MAX).length
  try {
    const warmUp = await takeTurns(stage, contest, plan.seconds)
    while (calm() < plan.rounds && rounds.length < 2 * plan.rounds) {
      const { ours, theirs, foreignShare } = await takeTurns(stage, contest, plan.seconds)
      rounds.push({ ours, theirs, foreignShare })
      const busy = foreignShare > CALM_SHARE_MAX ? `, others took ${percent(foreignShare)}` : ''
      plan.log(`${benchCase.name} ${rounds.length}: ${rate(ours)} against ${rate(theirs)}${busy}`)
    }
    const calmest = rounds.toSorted((a, b) => a.foreignShare - b.foreignShare).slice(0, plan.rounds)
    return judge(benchCase, calmest, [warmUp, ...rounds])
  } finally {
    await contest.close?.()
  }
}

async function takeTurns(stage: Stage, contest: Contest, seconds: number): Promise<Round> {
  const ours = await measure(stage, contest.ours, seconds)
  const theirs = await measure(stage, contest.theirs, seconds)
  return { ours, theirs, foreignShare: Math.max(ours.foreignShare, theirs.foreignShare) }
}

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

const rate = (side: Measured): string => `${Math.round(perSecond(side)).toLocaleString('en')}/s`
