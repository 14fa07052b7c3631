import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '#harness/load/figures.ts'
import { openConnection } from '../load/connection.ts'
import { untilCalm } from '../stage/cpu.ts'
import { metersOf } from '../stage/stage.ts'
import type { GrownWorld } from './grow.ts'
import { type Question, questions } from './questions.ts'

/** `firstMs` is of the very first request, which finds everything cold and is not part of the others. */
export type Latency = { medianMs: number; p95Ms: number; firstMs: number }

/** Turns that are not counted: plans, code and buffers warm up. */
const WARM_UP = 10
/** What may be kept in memory for a second has been forgotten when the next turn comes. */
const TURN_MS = 1_050
/** After a million rows the servers tidy up for a while. */
const CALM_MAX_MS = 60_000

/**
 * Asks all questions in turns, one request at a time, each in every world before the next: what else the machine does
 * disturbs all sizes alike. The same address comes at most once a second, and mostly only once, so that it is the
 * database that answers. Returns the latencies of each world by the questions' names.
 */
export async function askAll(worlds: GrownWorld[], turns: number): Promise<Record<string, Latency>[]> {
  const taken = worlds.map(() => new Map<string, number[]>(questions.map(({ name }) => [name, []])))
  await untilCalm(
    worlds.flatMap(({ world }) => Object.values(metersOf(world).cpu)),
    CALM_MAX_MS,
  )
  const askers = await Promise.all(worlds.map(openAskers))
  for (let turn = 0; turn < WARM_UP + turns; turn++) {
    const beganAt = performance.now()
    for (const question of fromTurn(turn)) {
      for (const [i, { grown }] of worlds.entries()) {
        const asker = askers[i]?.[question.service] as Asker
        const { status, ms, body } = await asker.ask(question.request(grown, turn))
        if (status !== question.status) throw new Error(refusal(question, status, body))
        taken[i]?.get(question.name)?.push(ms)
      }
    }
    await sleep(Math.max(0, TURN_MS - (performance.now() - beganAt)))
  }
  for (const { api, crm } of askers) for (const asker of [api, crm]) asker.close()
  return taken.map((times) => Object.fromEntries([...times].map(([name, each]) => [name, summarise(each)])))
}

function summarise(times: number[]): Latency {
  const warm = times.slice(WARM_UP)
  return { medianMs: percentile(warm, 0.5), p95Ms: percentile(warm, 0.95), firstMs: times[0] as number }
}

/** Another one first each time: the first one wakes everything up. */
function fromTurn(turn: number): Question[] {
  const first = turn % questions.length
  return [...questions.slice(first), ...questions.slice(0, first)]
}

type Asker = Awaited<ReturnType<typeof openAsker>>
type Answer = { status: number; body: Buffer; ms: number }

async function openAskers({ world: { api, crm } }: GrownWorld) {
  return { api: await openAsker(api.url), crm: await openAsker(crm.url) }
}

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
