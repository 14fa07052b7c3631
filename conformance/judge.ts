import { type Check, type Level, NotRun } from './check.ts'
import { type Exchange, NoAnswer } from './client.ts'
import { Mismatch } from './expect.ts'
import type { World } from './world/world.ts'

export type Outcome = 'passed' | 'failed' | 'not run'

export type Verdict = {
  outcome: Outcome
  /** Why it was not run. */
  reason?: string
  problem?: Problem
}

export type Result = Verdict & {
  area: string
  endpoint: string
  name: string
  level: Level
  milliseconds: number
}

/** `exchange`: the one that failed or passed the check. `exchanges`: all requests of the check. */
type Problem = { expected: string; came: string; exchange?: Exchange; exchanges: Exchange[] }

/** Runs one check; `exchanges` fills up with its requests while it runs. */
export async function judge(check: Check, world: World, exchanges: Exchange[]): Promise<Verdict> {
  try {
    await check.run(world)
    return { outcome: 'passed' }
  } catch (error) {
    if (error instanceof NotRun) return { outcome: 'not run', reason: error.message }
    const problem = { ...describe(error), exchanges: [...exchanges] }
    return { outcome: 'failed', problem: withoutSecrets(problem, world) }
  }
}

function describe(error: unknown): Omit<Problem, 'exchanges'> {
  if (error instanceof Mismatch) {
    const { expected, came, exchange } = error
    return { expected, came, exchange }
  }
  if (error instanceof NoAnswer) {
    return { expected: 'an answer', came: error.message, exchange: error.exchange }
  }
  // An error of the check itself counts as a failure.
  const came = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { expected: 'the check to run to its end', came }
}

/** Removes the signature of tokens, so that a report can be shared: the claims stay readable and the token is invalid. */
function withoutSecrets(problem: Problem, { crmToken, facilitatorCredentials }: World): Problem {
  const masked = JSON.stringify(problem)
    .replaceAll(/(eyJ[\w-]+\.[\w-]+)\.[\w-]+/g, '$1.<signature>')
    .replaceAll(crmToken, '<crm-token>')
    .replaceAll(facilitatorCredentials.password, '<facilitator-password>')
  return JSON.parse(masked)
}
