import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, latency, tally } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import { randomFrom } from '#harness/load/random.ts'
import { type Crowd, inWorld } from '#harness/world/world.ts'
import { auditMain, describeAudit, isFaultless, untilCrmAgrees } from '../audit.ts'
import { allPairs, bookUntil } from '../booking-load.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'

const BOOKINGS_A_SECOND = 200
const STOP_MAX_MS = 10_000
/** A request that left this long before the signal has certainly been taken up. */
const ON_THE_WAY_MS = 30

export const proof: Proof = {
  name: 'stop-under-load',
  row: 'R16',
  claim: 'SIGTERM under load answers every request that is in flight and ends with code 0 in ten seconds',
  async run({ quick, log, seed, rounds = quick ? 3 : 50 }) {
    const random = randomFrom(seed)
    const crowd = { people: 300, events: rounds + 5, capacity: 300 }
    return inWorld({ crowds: [crowd] }, async (world) => {
      const client = createClient({ connections: 48, timeoutMs: 20_000 })
      const history = createHistory(client)
      const stops: { code: number | null; ms: number; signalledAt: number }[] = []
      const complaints: string[] = []
      let isOver = false
      const pairs = allPairs(world.crowds[0] as Crowd)
      const loading = bookUntil({
        history,
        api: world.api,
        pairs,
        perSecond: BOOKINGS_A_SECOND,
        isOver: () => isOver,
      })
      try {
        for (let round = 1; round <= rounds; round++) {
          await sleep(300 + random() * 700)
          const signalledAt = performance.now()
          stops.push({ ...(await world.api.stop()), signalledAt })
          complaints.push(
            ...(world.api.output().match(/after calling end|pool after|Cannot use a pool/g) ?? []),
          )
          await world.api.start()
          if (quick || round % 10 === 0) log(`stop ${round} of ${rounds}: ${inMs(stops.at(-1)?.ms ?? 0)}`)
        }
      } finally {
        isOver = true
      }
      await loading
      client.close()
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
      const { crm } = await untilCrmAgrees(world, 60_000)
      return {
        ok:
          failed.length === late.length &&
          codes.every((code) => code === 0) &&
          slowest <= STOP_MAX_MS &&
          complaints.length === 0 &&
          crm.missing === 0 &&
          isFaultless(audit),
        figure: [
          `${rounds} stops: exit codes ${tally(codes)}, slowest ${inMs(slowest)}`,
          `${inFlight.length} requests in flight, failed ${failed.length - late.length}`,
          `cut off within ${ON_THE_WAY_MS} ms of being sent ${late.length}${failed.length ? ` (${tally(failed.map(({ answer }) => answer.fault ?? answer.status))}, sent at most ${inMs(Math.max(...failed.map(({ leadMs }) => leadMs)))} before)` : ''}`,
          `statements after the end ${complaints.length}`,
          describeAudit(audit),
          `CRM missing ${crm.missing}`,
        ].join('; '),
      }
    })
  },
}
