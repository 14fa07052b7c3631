import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tally, thousands } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import { type Crowd, inWorld, queryMain, type World } from '#harness/world/world.ts'
import { untilCrmAgrees } from '../audit.ts'
import type { Proof, ProofContext } from '../proof.ts'

const CONNECTIONS = 200
const CRM_MAX_MS = 90_000
const CONTROL_ROUNDS_MAX = 20
/** The Main API with the check for a free seat, and the constraint behind it, taken away. */
const UNGUARDED_ENTRY = 'harness/controls/unguarded-booking.ts'

/** How one rush for the seats of an event ended. */
type Race = { sold: number; isFair: boolean; statuses: number[]; faults: string[] }

export const proof: Proof = {
  name: 'last-seat',
  row: 'R1',
  claim: 'However many want the last seats, on two API processes at once: none sold twice, none left unsold',
  async run(context) {
    const { quick, log } = context
    const [one, twenty, headline] = rushes(context)
    const control = await runControl(context)
    return inWorld({ apis: 2, crowds: [one, twenty, headline] }, async (world) => {
      const [ones, twenties, headlines] = world.crowds as [Crowd, Crowd, Crowd]
      const small = await raceAll(world, ones, log)
      const medium = await raceAll(world, twenties, log)
      const [large] = await raceAll(world, headlines, log)
      const { crm, ms } = await untilCrmAgrees(world, CRM_MAX_MS)
      log(`CRM agrees after ${Math.round(ms)} ms: ${JSON.stringify(crm)}`)
      const races = [...small, ...medium, ...(large ? [large] : [])]
      const unfair = races.filter(({ isFair }) => !isFair)
      const isCrmRight = crm.missing + crm.strange + crm.duplicate === 0
      return {
        ok: unfair.length === 0 && isCrmRight && control.ok,
        figure: [
          `1 seat: ${one.people} attempts × ${one.events} rounds; ${twenty.capacity} seats: ${twenty.people} × ${twenty.events}`,
          `${thousands(headline.people)} attempts on ${headline.capacity} seats: ${tally(large?.statuses ?? [])}`,
          `unfair rounds ${unfair.length}${unfair[0] ? ` (${unfair[0].faults.join('; ')})` : ''}`,
          `CRM missing ${crm.missing} of ${thousands(crm.known + crm.missing)}`,
          control.figure,
          ...(quick ? ['quick'] : []),
        ].join('; '),
      }
    })
  },
}

function rushes({ quick, rounds }: ProofContext) {
  return [
    { people: 200, events: rounds ?? (quick ? 5 : 50), capacity: 1 },
    { people: 400, events: Math.ceil((rounds ?? (quick ? 5 : 50)) * 0.4), capacity: 20 },
    { people: quick ? 1_000 : 10_000, events: 1, capacity: 50 },
  ] as const
}

/** The same rush without the guard has to oversell: otherwise the proof proves nothing. */
async function runControl({ quick, log }: ProofContext): Promise<{ ok: boolean; figure: string }> {
  if (!existsSync(join(import.meta.dirname, '../..', UNGUARDED_ENTRY)))
    return { ok: false, figure: 'negative control NOT RUN' }
  const crowd = { people: 400, events: CONTROL_ROUNDS_MAX, capacity: 20 }
  return inWorld({ apis: 2, apiEntry: UNGUARDED_ENTRY, crowds: [crowd] }, async (world) => {
    const { people, events } = world.crowds[0] as Crowd
    let oversold = 0
    let rounds = 0
    // Luck decides each round, so the short form goes on until it has seen it.
    for (; rounds < CONTROL_ROUNDS_MAX && !(quick && oversold > 0); rounds++) {
      const one = { ...crowd, people, events: events.slice(rounds, rounds + 1) }
      const [race] = await raceAll(world, one, (line) => log(`without guard: ${line}`))
      oversold += Math.max(0, (race?.sold ?? 0) - crowd.capacity)
    }
    return {
      ok: oversold > 0,
      figure: `negative control (no guard) oversold ${oversold} in ${rounds} rounds`,
    }
  })
}

async function raceAll(
  world: World,
  { people, events, capacity }: Crowd,
  log: ProofContext['log'],
): Promise<Race[]> {
  const client = createClient({ connections: CONNECTIONS, timeoutMs: 120_000 })
  const races: Race[] = []
  try {
    for (const eventId of events) {
      // All at once, in turn to either process; the connections are the only limit.
      const answers = await Promise.all(
        people.map(({ token }, i) =>
          client.call('POST', `${world.apis[i % world.apis.length]?.url}/api/bookings/`, {
            token,
            body: { event_id: eventId },
          }),
        ),
      )
      const told = answers.map(({ status }) => status)
      const [{ counter = -1, rows = -1 } = {}] = await queryMain<{ counter: number; rows: number }>(
        world,
        `select current_participants as counter, (select count(*)::int from bookings
         where event_id = events.id and status <> 'CANCELLED') as rows from events where id = ${eventId}`,
      )
      const race = judge(told, { capacity, counter, rows })
      races.push(race)
      const slowest = Math.max(...answers.map(({ ms }) => ms))
      if (!race.isFair || races.length % 10 === 1)
        log(
          `event ${eventId}, ${capacity} seats: ${tally(told)}, last answer after ${Math.round(slowest)} ms ${race.faults}`,
        )
    }
    return races
  } finally {
    client.close()
  }
}

function judge(
  told: number[],
  { capacity, counter, rows }: { capacity: number; counter: number; rows: number },
): Race {
  const sold = told.filter((status) => status === 201).length
  const wanted = Math.min(capacity, told.length)
  const others = told.filter((status) => status !== 201 && status !== 409)
  const faults = [
    sold > wanted && `oversold ${sold - wanted}`,
    sold < wanted && `unsold ${wanted - sold}`,
    others.length > 0 && `other answers: ${tally(others)}`,
    counter !== sold && `counter ${counter} for ${sold} sold`,
    rows !== sold && `${rows} rows for ${sold} sold`,
  ].filter((fault) => fault !== false)
  return { sold, isFair: faults.length === 0, statuses: told, faults }
}
