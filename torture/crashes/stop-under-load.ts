import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, latency, outcomes, tally } from '#harness/load/figures.ts'
import { randomFrom } from '#harness/load/random.ts'
import { inWorld } from '#harness/world/world.ts'
import { auditMain, untilCrmAgrees } from '../audit.ts'
import { openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'

const BOOKINGS_A_SECOND = 200
const STOP_MAX_MS = 10_000
/** A request that left this long before the signal has certainly been taken up. */
const ON_THE_WAY_MS = 30

export const proof: Proof = {
  name: 'stop-under-load',
  row: 'R16',
  claim: 'SIGTERM under load answers every request that is in flight and ends with code 0 in ten seconds',
  run({ quick, log, seed, rounds = quick ? 3 : 50 }) {
    const random = randomFrom(seed)
    const group = { people: 300, events: rounds + 5, capacity: 300 }
    return inWorld({ groups: [group] }, async (world) => {
      const { history, during } = openBookers(world, { connections: 48, timeoutMs: 20_000 })
      const stops: { code: number | null; ms: number; signalledAt: number }[] = []
      await during({ perSecond: BOOKINGS_A_SECOND }, async () => {
        for (let round = 1; round <= rounds; round++) {
          await sleep(300 + random() * 700)
          const signalledAt = performance.now()
          stops.push({ ...(await world.api.stop()), signalledAt })
          await world.api.start()
          if (quick || round % 10 === 0) log(`stop ${round} of ${rounds}: ${inMs(stops.at(-1)?.ms ?? 0)}`)
        }
      })
      const complaints = world.api.output().match(/after calling end|pool after|Cannot use a pool/g) ?? []
      const inFlight = stops.flatMap(({ signalledAt }) =>
        history.attempts
          .map(({ answer }) => ({ answer, leadMs: signalledAt - answer.sentAt }))
          .filter(({ answer, leadMs }) => leadMs > 0 && answer.ms > leadMs),
      )
      const failed = inFlight.filter(({ answer }) => answer.status === 0 || answer.status >= 500)
      const late = failed.filter(({ leadMs }) => leadMs < ON_THE_WAY_MS)
      const codes = stops.map(({ code }) => code ?? -1)
      const slowest = latency(stops, 1)
      const audit = await auditMain(world, history)
      const crm = await untilCrmAgrees(world)
      const detail = `${outcomes(failed.map(({ answer }) => answer))}, sent at most ${inMs(Math.max(...failed.map(({ leadMs }) => leadMs)))} before`
      return {
        ok:
          failed.length === late.length &&
          codes.every((code) => code === 0) &&
          slowest <= STOP_MAX_MS &&
          complaints.length + crm.missing === 0 &&
          audit.isSound,
        figure: [
          `${rounds} stops: exit codes ${tally(codes)}, slowest ${inMs(slowest)}`,
          `${inFlight.length} requests in flight, failed ${failed.length - late.length}`,
          `cut off within ${ON_THE_WAY_MS} ms of being sent ${late.length}${failed.length ? ` (${detail})` : ''}`,
          `statements after the end ${complaints.length}`,
          audit.words,
          `CRM missing ${crm.missing}`,
        ],
      }
    })
  },
}
