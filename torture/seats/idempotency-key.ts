import { setTimeout as sleep } from 'node:timers/promises'
import { inSeconds, tally } from '#harness/load/figures.ts'
import { type Answer, createClient } from '#harness/load/load.ts'
import { randomFrom } from '#harness/load/random.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { holdEvent, queryMain } from '#harness/world/main-database.ts'
import { inWorld, type Person, type World } from '#harness/world/world.ts'
import { auditMain } from '../audit.ts'
import { createHistory, type History } from '../history.ts'
import type { Proof } from '../proof.ts'

const EQUAL = 20
const KILL_AFTER_MAX_MS = 40
const KILL_EVERY = 10
const AT_THE_CRASH = 10
const CLAIMED_MAX_MS = 10_000
const TAKE_OVER_MAX_MS = 45_000

export const proof: Proof = {
  name: 'idempotency-key',
  row: 'R4',
  claim:
    'A request sent again with its Idempotency-Key books once and gets the same answer, also after a crash',
  run({ quick, log, seed, rounds = quick ? 4 : 50 }) {
    const kills = Math.max(1, Math.floor(rounds / KILL_EVERY))
    const group = {
      people: 2 * rounds + AT_THE_CRASH,
      events: 4 + kills,
      capacity: 4 * rounds + AT_THE_CRASH,
    }
    return inWorld({ apis: 2, groups: [group] }, async (world) => {
      const client = createClient({ connections: 2 * EQUAL, timeoutMs: 20_000 })
      const history = createHistory(client)
      const trial = { world, history, faults: [] as string[], inFlight: [] as number[] }
      const random = randomFrom(seed)
      for (let round = 1; round <= rounds; round++) {
        await repeat(trial, round)
        await waitInFlight(trial, round)
        if (quick || round % 10 === 0) log(`round ${round} of ${rounds}, faults ${trial.faults.length}`)
      }
      let slowestMs = 0
      for (let kill = 0; kill < kills; kill++) {
        const ms = await killBetween(trial, 4 + kill - 1, { quick, afterMs: random() * KILL_AFTER_MAX_MS })
        slowestMs = Math.max(slowestMs, ms)
        log(
          `kill ${kill + 1} of ${kills}: everybody has an answer after ${inSeconds(ms)}, faults ${trial.faults.length}`,
        )
      }
      client.close()
      const audit = await auditMain(world, history)
      const { faults, inFlight } = trial
      return {
        ok: faults.length === 0 && audit.isSound,
        figure: [
          `${rounds} rounds of ${EQUAL} at once + ${EQUAL} later, other body, other person, in flight; ${kills} kill -9 amid ${AT_THE_CRASH} people`,
          `while the first ran: ${tally(inFlight)}`,
          `answered at most ${inSeconds(slowestMs)} after the crash`,
          `faults ${faults.length}${faults.length ? ` (${tally(faults)})` : ''}`,
          `booked twice ${audit.doubled}, lost ${audit.lost}`,
        ],
      }
    })
  },
}

type Trial = { world: World; history: History; faults: string[]; inFlight: number[] }

/** Equal requests at once and later; then the key with another body, and in another person's hand. */
async function repeat({ world, history, faults }: Trial, round: number): Promise<void> {
  const { person, other, events } = cast(world, round)
  const key = `round-${round}`
  const send = (i: number) => bookWithKey({ world, history }, i, person, events[0], key)
  const atOnce = await Promise.all(Array.from({ length: EQUAL }, (_, i) => send(i)))
  const later = await Promise.all(Array.from({ length: EQUAL }, (_, i) => send(i)))
  const created = atOnce.filter(({ status }) => status === 201)
  const early = atOnce.filter((answer) => answer.status !== 201 && !isInFlight(answer))
  if (created.length === 0) faults.push('at once: nobody got 201')
  for (const { status, body } of early) faults.push(`at once: ${status} ${body.code}`)
  for (const { status } of later) if (status !== 201) faults.push(`later: ${status}`)
  const bodies = new Set([...created, ...later.filter(({ status }) => status === 201)].map(text))
  if (bodies.size > 1) faults.push('answers differ')
  const changed = await bookWithKey({ world, history }, 0, person, events[1], key)
  if (changed.status !== 422) faults.push(`other body: ${changed.status}`)
  const others = await bookWithKey({ world, history }, 1, other, events[0], key)
  if (others.status !== 201 || others.body.booking?.id === created[0]?.body.booking?.id)
    faults.push(`other person: ${others.status}`)
}

/** The first is held up by a lock on its event; the second finds it still running. */
async function waitInFlight({ world, history, faults, inFlight }: Trial, round: number): Promise<void> {
  const { person, events } = cast(world, round)
  const key = `in-flight-${round}`
  const release = await holdEvent(world, events[2])
  const first = bookWithKey({ world, history }, 0, person, events[2], key)
  // Until then another of them could be the first.
  await waitUntil(() => isClaimed(world, key), CLAIMED_MAX_MS)
  const meanwhile = [0, 1].map((i) => bookWithKey({ world, history }, i, person, events[2], key))
  await sleep(500)
  await release()
  const [{ status, body }, ...seconds] = await Promise.all([first, ...meanwhile])
  if (status !== 201) faults.push(`held up: ${status}`)
  for (const second of seconds) {
    inFlight.push(second.status)
    const isSame = second.status === 201 && second.body.booking?.id === body.booking?.id
    if (!isInFlight(second) && !isSame) faults.push(`in flight: ${second.status} ${second.body.code}`)
  }
}

async function isClaimed(world: World, key: string): Promise<boolean> {
  const rows = await queryMain(world, `select from idempotency_keys where key = '${key}'`)
  return rows.length > 0
}

/** People whose requests a crash cuts off, or who lose the answer, ask again and do what they are told. */
async function killBetween(
  { world, history, faults }: Trial,
  nth: number,
  { quick, afterMs }: { quick: boolean; afterMs: number },
): Promise<number> {
  const { people, events } = world.group
  const key = `killed-${nth}`
  const group = people.slice(-AT_THE_CRASH)
  const send = (person: Person) => bookWithKey({ world, history }, 0, person, events[nth] as number, key)
  const first = group.map(send)
  // The short form has no time for a request that died half way: another one takes over only after a while.
  await (quick ? Promise.all(first) : sleep(afterMs))
  await world.api.kill()
  await world.api.start()
  const told = await Promise.all(first)
  const waits = group.map(async (person, i) => {
    const askedAt = performance.now()
    let again = await send(person)
    while (isInFlight(again) && performance.now() - askedAt < TAKE_OVER_MAX_MS) {
      await sleep(1_000)
      again = await send(person)
    }
    if (again.status !== 201) faults.push(`after kill -9: ${again.status} ${again.body.code}`)
    const before = told[i]
    if (before?.status === 201 && text(before) !== text(again)) faults.push('after kill -9: another answer')
    return performance.now() - askedAt
  })
  return Math.max(...(await Promise.all(waits)))
}

function bookWithKey(
  { world, history }: Pick<Trial, 'world' | 'history'>,
  instance: number,
  person: Person,
  eventId: number,
  key: string,
): Promise<Answer> {
  const api = world.apis[instance % world.apis.length]?.url ?? world.api.url
  return history.book(api, person, eventId, { headers: { 'idempotency-key': key } })
}

function cast({ group: { people, events } }: World, round: number) {
  const [person, other] = people.slice(2 * (round - 1)) as [Person, Person]
  return { person, other, events: events as [number, number, number, number] }
}

/** A refusal for the sake of the booking itself would be an answer to another question. */
function isInFlight({ status, body }: Answer): boolean {
  return status === 409 && !['already_booked', 'overlapping_booking', 'event_full'].includes(body.code ?? '')
}

const text = ({ body }: Answer): string => JSON.stringify(body)
