import { setTimeout as sleep } from 'node:timers/promises'
import {
  auditMain,
  describeAudit,
  describeCrm,
  isFaultless,
  isInAgreement,
  untilCrmAgrees,
} from '../audit.ts'
import { allPairs, bookUntil } from '../booking-load.ts'
import { inMs, percentile, tally } from '../figures.ts'
import { createHistory, type History } from '../history.ts'
import { createClient } from '../load.ts'
import type { Proof } from '../proof.ts'
import { type Crowd, inWorld, type World } from '../world.ts'
import { mainPostmaster, untilGone, untilReady } from './postmaster.ts'

const BOOKINGS_A_SECOND = 150
const READY_MAX_MS = 30_000
const FIRST_SUCCESS_MAX_MS = 5_000

export const proof: Proof = {
  name: 'postgres-restart',
  row: 'R12',
  claim:
    'A PostgreSQL that is cut down under load comes back by itself; meanwhile the API says 503 and lives on',
  async run({ quick, log, rounds = quick ? 2 : 20 }) {
    const crowd = { people: 300, events: 3 * rounds + 5, capacity: 300 }
    return inWorld({ crowds: [crowd] }, async (world) => {
      const client = createClient({ connections: 48, timeoutMs: 20_000 })
      const history = createHistory(client)
      let isOver = false
      const pairs = allPairs(world.crowds[0] as Crowd)
      const loading = bookUntil({
        history,
        api: world.api,
        pairs,
        perSecond: BOOKINGS_A_SECOND,
        isOver: () => isOver,
      })
      const pid = world.api.pid()
      const recoveries: number[] = []
      try {
        for (let round = 1; round <= rounds; round++) {
          await sleep(1_000)
          const ms = await restartOnce(world, history)
          recoveries.push(ms)
          if (quick || round % 5 === 0)
            log(`restart ${round} of ${rounds}: first success ${inMs(ms)} after it accepts`)
        }
        await sleep(1_000)
      } finally {
        isOver = true
      }
      await loading
      client.close()
      const told = history.attempts.map(({ answer }) => answer)
      const wrong = told.filter(({ status, body }) => status !== 201 && !(status === 503 && body.code))
      const isAlive = world.api.pid() === pid && world.api.isRunning()
      const slowest = percentile(recoveries, 1)
      const audit = await auditMain(world, history)
      const { crm } = await untilCrmAgrees(world, 60_000)
      return {
        ok:
          isAlive &&
          wrong.length === 0 &&
          slowest <= FIRST_SUCCESS_MAX_MS &&
          isFaultless(audit) &&
          isInAgreement(crm),
        figure: [
          `${rounds} immediate stops: API ${isAlive ? 'lives on' : 'DIED'}`,
          `answers ${tally(told.map(({ status }) => status))}, other than 201 and 503 JSON ${wrong.length}${wrong.length ? ` (${tally(wrong.map(({ status, fault, body }) => `${status} ${fault ?? body.code ?? ''}`))})` : ''}`,
          `first success at most ${inMs(slowest)} after PostgreSQL accepts`,
          describeAudit(audit),
          describeCrm(crm),
        ].join('; '),
      }
    })
  },
}

/** As `pg_ctl stop -m immediate`. Returns how long after PostgreSQL took connections again the first booking succeeded. */
async function restartOnce({ dataDir }: World, { attempts }: History): Promise<number> {
  const server = mainPostmaster(dataDir)
  if (!server) throw new Error('PostgreSQL is not running')
  process.kill(server.pid, 'SIGQUIT')
  await untilGone(dataDir, server.pid)
  const from = attempts.length
  const readyAt = await untilReady(dataDir, READY_MAX_MS)
  if (readyAt === undefined) return Number.POSITIVE_INFINITY
  for (let waited = 0; waited < READY_MAX_MS; waited += 10) {
    const first = attempts.slice(from).find(({ answer }) => answer.status === 201)
    if (first) return Math.max(0, first.answer.sentAt + first.answer.ms - readyAt)
    await sleep(10)
  }
  return Number.POSITIVE_INFINITY
}
