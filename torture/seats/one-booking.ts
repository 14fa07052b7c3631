import { outcomes } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { inWorld } from '#harness/world/world.ts'
import { auditMain } from '../audit.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'

const EQUAL = 50
const PEOPLE_AT_ONCE = 4

export const proof: Proof = {
  name: 'one-booking',
  row: 'R2',
  claim: 'One person pressing the button 50 times at once, on two API processes, holds one seat',
  run({ quick, log, rounds = quick ? 12 : 100 }) {
    const group = { people: rounds, events: 5, capacity: rounds }
    return inWorld({ apis: 2, groups: [group] }, async (world) => {
      const client = createClient({ connections: EQUAL * PEOPLE_AT_ONCE, timeoutMs: 60_000 })
      const history = createHistory(client)
      const { people, events } = world.group
      const unlike: string[] = []
      await inParallel(people.entries(), PEOPLE_AT_ONCE, async ([i, person]) => {
        const eventId = events[i % events.length] ?? 0
        const book = (n: number) => history.book(world.apis[n % 2]?.url ?? '', person, eventId)
        const told = outcomes(await Promise.all(Array.from({ length: EQUAL }, (_, n) => book(n))))
        if (told !== `409 × ${EQUAL - 1}, 201 × 1`) unlike.push(told)
        if (i % 20 === 0) log(`person ${i + 1} of ${rounds}: ${told}`)
      })
      client.close()
      const audit = await auditMain(world, history)
      return {
        ok: unlike.length === 0 && audit.isSound && audit.stored === rounds,
        figure: [
          `${EQUAL} equal requests × ${rounds} people: ${outcomes(history.attempts.map(({ answer }) => answer))}`,
          `held twice ${audit.doubled}, counters wrong ${audit.drifted}`,
          unlike[0] !== undefined && `otherwise ${unlike.length} (${unlike[0]})`,
        ],
      }
    })
  },
}
