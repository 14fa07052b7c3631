import { setTimeout as sleep } from 'node:timers/promises'
import { inSeconds } from '#harness/load/figures.ts'
import { inParallel } from '#harness/load/load.ts'
import { randomFrom } from '#harness/load/random.ts'
import { inWorld } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'
import { changedIds } from './deliveries.ts'

const BOOKINGS_A_ROUND = 8
const COMMIT_MAX_MS = 6

export const proof: Proof = {
  name: 'kill-crm',
  row: 'R10',
  claim: 'kill -9 of the CRM between its commit and its answer loses nothing and stores nothing twice',
  run({ quick, log, seed, rounds = quick ? 5 : 100 }) {
    const random = randomFrom(seed)
    const group = { people: BOOKINGS_A_ROUND, events: rounds + 1, capacity: BOOKINGS_A_ROUND }
    return inWorld({ groups: [group] }, async (world) => {
      const { crm, proxy } = world
      const { client, history, next } = openBookers(world, { connections: BOOKINGS_A_ROUND })
      let kills = 0
      let unheard = 0
      for (let round = 1; round <= rounds; round++) {
        const killed = Promise.withResolvers<void>()
        const kill = () => {
          // The booking is stored, its answer gone: exactly the moment that a sender cannot tell from a lost request.
          proxy.onAnswer(() => unheard++)
          proxy.onForwarded(undefined)
          void crm.kill().then(killed.resolve)
        }
        // Every second time a little after the request has gone, so that some kills come just before the commit.
        if (round % 2 === 0) proxy.onAnswer(kill)
        else proxy.onForwarded(() => setTimeout(kill, random() * COMMIT_MAX_MS))
        const booking = inParallel(Array.from({ length: BOOKINGS_A_ROUND }), BOOKINGS_A_ROUND, () => next())
        await Promise.race([killed.promise, sleep(45_000)])
        await booking
        if (!crm.isRunning()) kills++
        await crm.kill()
        proxy.onAnswer(undefined)
        proxy.onForwarded(undefined)
        await crm.start()
        if (quick || round % 10 === 0) log(`kill ${round} of ${rounds}`)
      }
      const end = await auditAll(world, history)
      client.close()
      const changed = changedIds(proxy.exchanges)
      const notBooked = history.attempts.length - end.acknowledged
      return {
        ok: kills === rounds && notBooked + changed.length === 0 && end.isSound,
        figure: [
          `${kills} kills`,
          `answers lost after the commit ${unheard + Math.floor(rounds / 2)}`,
          `not booked ${notBooked}`,
          end.words,
          `another notification_id the second time ${changed.length}`,
          `complete ${inSeconds(end.ms)} after the last start`,
        ],
      }
    })
  },
}
