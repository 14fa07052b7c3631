import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, percentile } from '#harness/load/figures.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { type History, openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'
import { judgeAnswers, mainPostmaster, untilBooked } from './recovery.ts'

const BOOKINGS_A_SECOND = 150
const READY_MAX_MS = 30_000
const FIRST_SUCCESS_MAX_MS = 5_000

export const proof: Proof = {
  name: 'postgres-restart',
  row: 'R12',
  claim:
    'A PostgreSQL that is cut down under load comes back by itself; meanwhile the API says 503 and lives on',
  run({ quick, log, rounds = quick ? 2 : 20 }) {
    const group = { people: 300, events: 3 * rounds + 5, capacity: 300 }
    return inWorld({ groups: [group] }, async (world) => {
      const { client, history, during } = openBookers(world, { connections: 48, timeoutMs: 20_000 })
      const pid = world.api.pid()
      const recoveries: number[] = []
      await during({ perSecond: BOOKINGS_A_SECOND }, async () => {
        for (let round = 1; round <= rounds; round++) {
          await sleep(1_000)
          const ms = await restartOnce(world, history)
          recoveries.push(ms)
          if (quick || round % 5 === 0)
            log(`restart ${round} of ${rounds}: first success ${inMs(ms)} after it accepts`)
        }
        await sleep(1_000)
      })
      client.close()
      const answers = judgeAnswers(history)
      const isAlive = world.api.pid() === pid && world.api.isRunning()
      const slowest = percentile(recoveries, 1)
      const end = await auditAll(world, history)
      return {
        ok: isAlive && answers.isRight && slowest <= FIRST_SUCCESS_MAX_MS && end.isSound,
        figure: [
          `${rounds} immediate stops: API ${isAlive ? 'lives on' : 'DIED'}`,
          answers.words,
          `first success at most ${inMs(slowest)} after PostgreSQL accepts`,
          end.words,
        ],
      }
    })
  },
}

/** As `pg_ctl stop -m immediate`. Returns how long after PostgreSQL took connections again the first booking succeeded. */
async function restartOnce({ dataDir }: World, history: History): Promise<number> {
  const server = mainPostmaster(dataDir)
  if (!server) throw new Error('PostgreSQL is not running')
  process.kill(server.pid, 'SIGQUIT')
  while (mainPostmaster(dataDir)?.pid === server.pid) await sleep(5)
  const from = history.attempts.length
  for (const deadline = performance.now() + READY_MAX_MS; !mainPostmaster(dataDir)?.isReady; await sleep(5))
    if (performance.now() > deadline) return Number.POSITIVE_INFINITY
  return untilBooked(history, { from })
}
