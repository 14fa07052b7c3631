import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, inSeconds, latency, tally, thousands } from '#harness/load/figures.ts'
import { atPace } from '#harness/load/load.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { type Bookers, openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'
import { outOfOrder } from './deliveries.ts'

const BOOKINGS = 1_000
const CANCEL_EVERY = 10
const P99_RATIO_MAX = 1.5
/** A smaller difference is noise of the machine, whatever its ratio; among other tests there is more of it. */
const NOISE_MS = 10
const QUICK_NOISE_MS = 250

export const proof: Proof = {
  name: 'crm-down',
  row: 'R8',
  claim: 'With the CRM away, bookings go on as fast as ever, and all of them reach it when it is back',
  run({ quick, log, seconds = quick ? 4 : 600 }) {
    const bookings = quick ? 100 : BOOKINGS
    const group = { people: bookings, events: 4, capacity: bookings }
    return inWorld({ groups: [group] }, async (world) => {
      const bookers = openBookers(world, { connections: 64 })
      // As many, at the same pace as in the outage: over ten minutes for the full form, a pace of a minute will do.
      const perSecond = bookings / Math.min(seconds, 60)
      const run = async (name: string) => {
        const figures = await phase(world, bookers, { bookings, perSecond })
        log(
          `${name}: ${figures.count} bookings, p99 ${inMs(figures.p99)}, told the CRM at once ${figures.notified}`,
        )
        return figures
      }
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
      const end = await auditAll(world, bookers.history)
      const disordered = outOfOrder(world.proxy.exchanges)
      bookers.client.close()
      const ratio = during.p99 / before.p99
      const noiseMs = quick ? QUICK_NOISE_MS : NOISE_MS
      const isFast = ratio <= P99_RATIO_MAX || during.p99 - before.p99 <= noiseMs
      const { notBooked } = during
      return {
        // Nobody is promised that a CRM that is away knows of their booking.
        ok: notBooked.length + disordered.length + during.notified === 0 && isFast && end.isSound,
        figure: [
          `${thousands(during.count)} bookings in an outage of ${inSeconds(outageMs)}`,
          `not booked ${notBooked.length}${notBooked.length ? ` (${tally(notBooked)})` : ''}`,
          `p99 ${inMs(before.p99)} before, ${inMs(during.p99)} during (× ${ratio.toFixed(2)})`,
          `all delivered ${inSeconds(end.ms)} after its return`,
          end.words,
          `out of order ${disordered.length}`,
        ],
      }
    })
  },
}

/** Books steadily; every tenth booking is cancelled again and made a second time. */
async function phase(
  { api }: World,
  { history, next }: Bookers,
  { bookings, perSecond }: { bookings: number; perSecond: number },
) {
  const from = history.attempts.length
  let started = 0
  await atPace({ perSecond, concurrencyMax: 200, isOver: () => started >= bookings }, async () => {
    const number = started++
    if (number >= bookings) return
    const attempt = await next()
    if (!attempt?.bookingId || number % CANCEL_EVERY !== 0) return
    await history.cancel(api.url, attempt.person, attempt.bookingId)
    await history.book(api.url, attempt.person, attempt.eventId)
  })
  const answers = history.attempts.slice(from).map(({ answer }) => answer)
  return {
    count: answers.length,
    p99: latency(answers, 0.99),
    notBooked: answers.map(({ status }) => status).filter((status) => status !== 201),
    notified: answers.filter(({ body }) => body.crm_notified).length,
  }
}
