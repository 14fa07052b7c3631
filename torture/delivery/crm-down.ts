import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, inSeconds, latency, tally, thousands } from '#harness/load/figures.ts'
import { atPace, createClient } from '#harness/load/load.ts'
import { type Crowd, inWorld, type Person, type World } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory, type History } from '../history.ts'
import type { Proof } from '../proof.ts'
import { outOfOrder } from './deliveries.ts'

const BOOKINGS = 1_000
const CANCEL_EVERY = 10
const P99_RATIO_MAX = 1.5
/** A smaller difference is noise of the machine, whatever its ratio; among other tests there is more of it. */
const NOISE_MS = 10
const QUICK_NOISE_MS = 250
const DELIVERED_MAX_MS = 60_000

export const proof: Proof = {
  name: 'crm-down',
  row: 'R8',
  claim: 'With the CRM away, bookings go on as fast as ever, and all of them reach it when it is back',
  async run({ quick, log, seconds = quick ? 4 : 600 }) {
    const bookings = quick ? 100 : BOOKINGS
    const crowd = { people: bookings, events: 4, capacity: bookings }
    return inWorld({ crowds: [crowd] }, async (world) => {
      const client = createClient({ connections: 64 })
      const history = createHistory(client)
      const pairs = allPairs(world.crowds[0] as Crowd)
      // As many, at the same pace as in the outage: over ten minutes for the full form, a pace of a minute will do.
      const phaseSeconds = Math.min(seconds, 60)
      const run = (name: string) =>
        phase({ world, history, pairs, bookings, seconds: phaseSeconds, log, name })
      await run('warm-up')
      const before = await run('CRM there')
      await world.crm.kill()
      const outageAt = performance.now()
      const during = await run('CRM away')
      const restMs = Math.max(0, seconds * 1_000 - (performance.now() - outageAt))
      log(`the CRM stays away for ${inSeconds(restMs)} more`)
      await sleep(restMs)
      const outageMs = performance.now() - outageAt
      await world.crm.start()
      const end = await auditAll(world, history, DELIVERED_MAX_MS)
      const disordered = outOfOrder(world.proxy.exchanges)
      client.close()
      const noiseMs = quick ? QUICK_NOISE_MS : NOISE_MS
      const ratio = during.p99 / before.p99
      const isFast = ratio <= P99_RATIO_MAX || during.p99 - before.p99 <= noiseMs
      return {
        ok:
          during.notBooked.length + disordered.length === 0 &&
          isFast &&
          end.isSound &&
          during.falsePromises === 0,
        figure: [
          `${thousands(during.count)} bookings in an outage of ${inSeconds(outageMs)}`,
          `not booked ${during.notBooked.length}${during.notBooked.length ? ` (${tally(during.notBooked)})` : ''}`,
          `p99 ${inMs(before.p99)} before, ${inMs(during.p99)} during (× ${ratio.toFixed(2)})`,
          `all delivered ${inSeconds(end.ms)} after its return`,
          end.words,
          `out of order ${disordered.length}`,
        ].join('; '),
      }
    })
  },
}

type Phase = {
  world: World
  history: History
  pairs: Iterator<{ person: Person; eventId: number }>
  bookings: number
  seconds: number
  log(line: string): void
  name: string
}

/** Books steadily; every tenth booking is cancelled again and booked anew. */
async function phase({ world, history, pairs, bookings, seconds, log, name }: Phase) {
  const from = history.attempts.length
  let started = 0
  await atPace(
    { perSecond: bookings / seconds, concurrencyMax: 200, isOver: () => started >= bookings },
    async () => {
      const number = started++
      const { value, done } = pairs.next()
      if (done || number >= bookings) return
      const { body, status } = await history.book(world.api.url, value.person, value.eventId)
      if (status !== 201 || !body.booking || number % CANCEL_EVERY !== 0) return
      await history.cancel(world.api.url, value.person, body.booking.id)
      await history.book(world.api.url, value.person, value.eventId)
    },
  )
  const answers = history.attempts.slice(from).map(({ answer }) => answer)
  const figures = {
    count: answers.length,
    p99: latency(answers, 0.99),
    notBooked: answers.map(({ status }) => status).filter((status) => status !== 201),
    falsePromises: answers.filter(({ body }) => body.crm_notified && !world.crm.isRunning()).length,
  }
  log(
    `${name}: ${figures.count} bookings, p99 ${inMs(figures.p99)}, told the CRM at once ${answers.filter(({ body }) => body.crm_notified).length}`,
  )
  return figures
}
