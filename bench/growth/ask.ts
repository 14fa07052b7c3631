import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../torture/figures.ts'
import { openConnection } from '../load/connection.ts'
import { untilCalm } from '../stage/cpu.ts'
import type { GrownWorld } from './grow.ts'
import { type Question, questions } from './questions.ts'

export type Latency = { medianMs: number; p95Ms: number }

/** Turns that are not counted: plans, code and buffers warm up. */
const WARM_UP = 10
/** What may be kept in memory for a second has been forgotten when the next turn comes. */
const TURN_MS = 1_050

/**
 * Asks all questions in turns, one request at a time. The same address comes at most once a second, and mostly only
 * once, so that it is the database that answers.
 */
export async function askAll(
  { services, grown }: GrownWorld,
  turns: number,
): Promise<Record<string, Latency>> {
  const [api, crm] = [await openAsker(services.api.url), await openAsker(services.crm.url)]
  const taken = new Map<string, number[]>(questions.map(({ name }) => [name, []]))
  await untilCalm(Object.values(services.cpu), 60_000)
  for (let turn = 0; turn < WARM_UP + turns; turn++) {
    const beganAt = performance.now()
    for (const question of fromTurn(turn)) {
      const { status, ms, body } = await { api, crm }[question.service].ask(question.request(grown, turn))
      if (status !== question.status) throw new Error(refusal(question, status, body))
      if (turn >= WARM_UP) taken.get(question.name)?.push(ms)
    }
    await sleep(Math.max(0, TURN_MS - (performance.now() - beganAt)))
  }
  for (const asker of [api, crm]) asker.close()
  const latencies = [...taken].map(([name, times]) => [
    name,
    { medianMs: percentile(times, 0.5), p95Ms: percentile(times, 0.95) },
  ])
  return Object.fromEntries(latencies)
}

/** Another one first each time: whoever comes first wakes everything up. */
function fromTurn(turn: number): Question[] {
  const first = turn % questions.length
  return [...questions.slice(first), ...questions.slice(0, first)]
}

type Answer = { status: number; body: Buffer; ms: number }

async function openAsker(url: string) {
  let waiting: PromiseWithResolvers<Answer> | undefined
  const connection = await openConnection(new URL(url), (_, answer) => waiting?.resolve(answer))
  return {
    ask(request: string): Promise<Answer> {
      waiting = Promise.withResolvers()
      connection.send(request)
      return waiting.promise
    },
    close: connection.close,
  }
}

function refusal({ name }: Question, status: number, body: Buffer): string {
  return `${name} was answered with ${status} ${body.toString().slice(0, 300)}`
}
