import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, percentile } from '#harness/load/figures.ts'
import { randomFrom } from '#harness/load/random.ts'
import type { Service } from '#harness/processes/services.ts'
import { inWorld } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { openBookers } from '../history.ts'
import type { Proof, ProofContext } from '../proof.ts'

const BOOKINGS_A_SECOND = 250
const BOOKINGS_A_SECOND_MIN = 100
const KILL_AFTER_MAX_MS = 2_000
const RESTART_P95_MAX_MS = 3_000

export const proof: Proof = {
  name: 'kill-api',
  row: 'R5',
  claim: 'kill -9 of the API at any moment under load loses no acknowledged booking and no CRM message',
  run(context) {
    const { quick, log, rounds = quick ? 5 : 100 } = context
    const group = { people: 400, events: Math.max(20, rounds * 2), capacity: 400 }
    return inWorld({ groups: [group] }, async (world) => {
      const { history, during } = openBookers(world, { connections: 64, timeoutMs: 10_000 })
      const kills = await during({ perSecond: BOOKINGS_A_SECOND }, () =>
        killRepeatedly(world.api, { ...context, rounds }),
      )
      const end = await auditAll(world, history)
      log(`after the last kill the CRM agrees within ${inMs(end.ms)}`)
      const perSecond = end.acknowledged / (kills.healthyMs / 1_000)
      const p95 = percentile(kills.restarts, 0.95)
      // The short form shares the machine with other tests: there it is not about speed.
      const isFast = quick || (perSecond >= BOOKINGS_A_SECOND_MIN && p95 <= RESTART_P95_MAX_MS)
      return {
        ok: end.isSound && kills.failedStarts === 0 && isFast,
        figure: [
          `${rounds} kills at ${Math.round(perSecond)} bookings/s`,
          end.words,
          `failed starts ${kills.failedStarts}`,
          `restart to health p95 ${inMs(p95)}`,
        ],
      }
    })
  },
}

/** Every second kill comes at a random time after the start, ready or not, the others under load. Ends healthy. */
async function killRepeatedly(api: Service, { rounds, seed, log, quick }: ProofContext & { rounds: number }) {
  const random = randomFrom(seed)
  const kills = { restarts: [] as number[], failedStarts: 0, healthyMs: 0 }
  const beHealthyFor = async (ms: number) => {
    const healthyAt = performance.now()
    await sleep(ms)
    kills.healthyMs += performance.now() - healthyAt
  }
  await beHealthyFor(1_000)
  for (let round = 1; round <= rounds; round++) {
    await api.kill()
    api.spawn()
    const lifeMs = random() * KILL_AFTER_MAX_MS
    const isKilledWhileStarting = round % 2 === 0
    const healthy = api.untilHealthy().catch(() => undefined)
    const startMs = await (isKilledWhileStarting ? Promise.race([healthy, sleep(lifeMs)]) : healthy)
    if (startMs !== undefined) {
      kills.restarts.push(startMs)
      await beHealthyFor(isKilledWhileStarting ? lifeMs - startMs : lifeMs)
    }
    if (!api.isRunning()) {
      kills.failedStarts++
      log(`start ${round} failed with code ${api.exitCode()}: ${api.output().slice(-2_000)}`)
    }
    if (quick || round % 10 === 0)
      log(`kill ${round} of ${rounds}, last restart ${inMs(kills.restarts.at(-1) ?? 0)}`)
  }
  await api.kill()
  kills.restarts.push(await api.start())
  await beHealthyFor(1_000)
  return kills
}
