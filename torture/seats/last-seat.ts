import { inMs, latency, outcomes, thousands } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import { type Group, inWorld, type World } from '#harness/world/world.ts'
import { untilCrmAgrees } from '../audit.ts'
import type { Proof, ProofContext } from '../proof.ts'
import { type Race, raceFor } from './race.ts'

const CRM_MAX_MS = 90_000
const CONTROL_ROUNDS_MAX = 20
/** The Main API with the check for a free seat, and the constraint behind it, taken away. */
const UNGUARDED_ENTRY = 'harness/controls/unguarded-booking.ts'

export const proof: Proof = {
  name: 'last-seat',
  row: 'R1',
  claim: 'However many want the last seats, on two API processes at once: none sold twice, none left unsold',
  async run(context) {
    const { quick, log, rounds = quick ? 5 : 50 } = context
    const one = { people: 200, events: rounds, capacity: 1 }
    const twenty = { people: 400, events: Math.ceil(rounds * 0.4), capacity: 20 }
    const headline = { people: quick ? 1_000 : 10_000, events: 1, capacity: 50 }
    const control = await runControl(context)
    return inWorld({ apis: 2, groups: [one, twenty, headline] }, async (world) => {
      const races: Race[] = []
      for (const group of world.groups) races.push(...(await raceAll(world, group, log)))
      const crm = await untilCrmAgrees(world, CRM_MAX_MS)
      log(`CRM agrees after ${inMs(crm.ms)}: ${crm.words}`)
      const unfair = races.filter(({ faults }) => faults.length > 0)
      return {
        ok: unfair.length === 0 && crm.isSound && control.oversold > 0,
        figure: [
          `1 seat: ${one.people} attempts × ${one.events} rounds; ${twenty.capacity} seats: ${twenty.people} × ${twenty.events}`,
          `${thousands(headline.people)} attempts on ${headline.capacity} seats: ${outcomes(races.at(-1)?.answers ?? [])}`,
          `unfair rounds ${unfair.length}${unfair[0] ? ` (${unfair[0].faults.join(', ')})` : ''}`,
          `CRM missing ${crm.missing} of ${thousands(crm.known + crm.missing)}`,
          `negative control (no guard) oversold ${control.oversold} in ${control.rounds} rounds`,
          quick && 'quick',
        ],
      }
    })
  },
}

/** The same race without the guard has to oversell: otherwise the proof proves nothing. */
function runControl({ quick, log }: ProofContext) {
  const group = { people: 400, events: CONTROL_ROUNDS_MAX, capacity: 20 }
  return inWorld({ apis: 2, apiEntry: UNGUARDED_ENTRY, groups: [group] }, async (world) => {
    let [oversold, rounds] = [0, 0]
    // Luck decides each round, so the short form goes on until it has seen it.
    for (; rounds < CONTROL_ROUNDS_MAX && !(quick && oversold > 0); rounds++) {
      const one = { ...world.group, events: world.group.events.slice(rounds, rounds + 1) }
      const [race] = await raceAll(world, one, (line) => log(`without guard: ${line}`))
      oversold += Math.max(0, (race?.sold ?? 0) - group.capacity)
    }
    return { oversold, rounds }
  })
}

async function raceAll(world: World, group: Group, log: ProofContext['log']): Promise<Race[]> {
  const client = createClient({ connections: 200, timeoutMs: 120_000 })
  const races: Race[] = []
  try {
    for (const eventId of group.events) {
      const race = await raceFor(world, client, eventId, group)
      const { answers, faults } = race
      races.push(race)
      if (faults.length > 0 || races.length % 10 === 1)
        log(
          `event ${eventId}, ${group.capacity} seats: ${outcomes(answers)}, last answer after ${inMs(latency(answers, 1))} ${faults}`,
        )
    }
    return races
  } finally {
    client.close()
  }
}
