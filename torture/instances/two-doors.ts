import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, outcomes, thousands } from '#harness/load/figures.ts'
import { type Client, createClient } from '#harness/load/load.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { untilCrmAgrees } from '../audit.ts'
import type { Proof } from '../proof.ts'
import { type Race, raceFor } from '../seats/race.ts'

const SEATS = 60
const AGREE_MAX_MS = 1_000
const PATIENCE_MS = 10_000

export const proof: Proof = {
  name: 'two-doors',
  row: 'I1',
  claim:
    'Through the doors of two instances 1,800 attempts at 60 seats sell 60, and both lists say so within a second',
  run({ quick, log, rounds = quick ? 1 : 10 }) {
    const attempts = quick ? 300 : 1_800
    const group = { people: attempts, events: rounds, capacity: SEATS }
    return inWorld({ apis: 2, groups: [group] }, async (world) => {
      const client = createClient({ connections: 200 })
      const races: Race[] = []
      const waits: number[] = []
      for (const eventId of world.group.events) {
        const race = await raceFor(world, client, eventId, world.group)
        races.push(race)
        const wait = await untilListsAgree(world, client, eventId)
        waits.push(wait)
        log(
          `round ${races.length}: ${outcomes(race.answers)}; lists agree after ${inMs(wait)} ${race.faults}`,
        )
      }
      client.close()
      const crm = await untilCrmAgrees(world)
      const slowest = Math.max(...waits)
      const unfair = races.filter(({ faults }) => faults.length > 0)
      return {
        // In the short form other tests run beside it: lists that come late are their doing.
        ok: unfair.length + crm.missing === 0 && slowest <= (quick ? PATIENCE_MS : AGREE_MAX_MS),
        figure: [
          `${thousands(attempts)} attempts through two doors for ${SEATS} seats × ${rounds}: ${outcomes(races.flatMap(({ answers }) => answers))}`,
          `unfair rounds ${unfair.length}${unfair[0] ? ` (${unfair[0].faults.join(', ')})` : ''}`,
          `both lists agree after at most ${inMs(slowest)}`,
          `CRM missing ${crm.missing}`,
          quick && 'quick',
        ],
      }
    })
  },
}

/** How long after the last answer the list of each instance has the event as sold out. */
async function untilListsAgree({ apis, group }: World, client: Client, eventId: number): Promise<number> {
  const token = group.people[0]?.token ?? ''
  const beganAt = performance.now()
  for (;;) {
    const looks = await Promise.all(
      apis.map(({ url }) => client.call('GET', `${url}/api/events/?per_page=50`, { token })),
    )
    const taken = looks.map(({ body }) => body.events?.find(({ id }) => id === eventId)?.current_participants)
    const ms = performance.now() - beganAt
    if (taken.every((count) => count === SEATS) || ms > PATIENCE_MS) return ms
    await sleep(20)
  }
}
