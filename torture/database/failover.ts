import { join } from 'node:path'
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
import { inSeconds, percentile, tally } from '../figures.ts'
import { createHistory, type History } from '../history.ts'
import { createClient } from '../load.ts'
import type { Proof } from '../proof.ts'
import { freePort } from '../services.ts'
import { type Crowd, inWorld, type OnClose } from '../world.ts'
import {
  addSynchronousStandby,
  createExternalPostgres,
  type ExternalPostgres,
  SUPERUSER,
} from './external-postgres.ts'

const BOOKINGS_A_SECOND = 60
const RESUMED_MAX_MS = 10_000
const RESTARTED_MAX_MS = 5_000
const ANSWER_MAX_MS = 10_000
/** How long the database stays away when it is only stopped and started. */
const AWAY_MS = 3_000

export const proof: Proof = {
  name: 'failover',
  row: 'D1',
  claim:
    'When the primary dies under load and its synchronous standby is promoted, bookings go on there and none is lost',
  async run({ quick, log, rounds = quick ? 1 : 5 }) {
    const crowd = { people: 400, events: 8 * (rounds + 1) + 5, capacity: 400 }
    let primary: ExternalPostgres
    let standby: ExternalPostgres
    const databases = async (dataDir: string, onClose: OnClose) => {
      primary = await createExternalPostgres(join(dataDir, 'one'))
      onClose(() => primary.kill())
      standby = await addSynchronousStandby(primary, { dir: join(dataDir, 'two'), port: await freePort() })
      onClose(() => standby.kill())
      const url = (name: string) =>
        `postgresql://${SUPERUSER}@${primary.host},${standby.host}/${name}?target_session_attrs=read-write`
      return { DATABASE_URL: url('booking'), CRM_DATABASE_URL: url('crm') }
    }
    return inWorld({ crowds: [crowd], apis: 2, databases }, async (world) => {
      const client = createClient({ connections: 96, timeoutMs: 20_000 })
      const history = createHistory(client)
      const pairs = allPairs(world.crowds[0] as Crowd)
      let isOver = false
      const load = { history, pairs, perSecond: BOOKINGS_A_SECOND, isOver: () => isOver }
      const loading = Promise.all(world.apis.map((api) => bookUntil({ ...load, api })))
      const pids = world.apis.map((api) => api.pid())
      const resumed: number[] = []
      let restartedMs = 0
      try {
        for (let round = 1; round <= rounds; round++) {
          await sleep(3_000)
          await primary.kill()
          await standby.promote()
          const ms = await untilBooked(history, performance.now())
          resumed.push(ms)
          log(`failover ${round} of ${rounds}: books again ${inSeconds(ms)} after the promotion`)
          const dead = primary
          primary = standby
          standby = await addSynchronousStandby(primary, dead)
        }
        await sleep(1_000)
        await standby.stop('fast')
        await primary.ask("alter system set synchronous_standby_names = ''")
        await primary.stop('immediate')
        await sleep(AWAY_MS)
        await primary.start()
        restartedMs = await untilBooked(history, performance.now())
        log(`stopped and started: books again ${inSeconds(restartedMs)} after its return`)
        await sleep(1_000)
      } finally {
        isOver = true
      }
      await loading
      client.close()
      const told = history.attempts.map(({ answer }) => answer)
      const wrong = told.filter(({ status, body }) => status !== 201 && !(status === 503 && body.code))
      const slowest = percentile(
        told.map(({ ms }) => ms),
        1,
      )
      const isAlive = world.apis.every((api, i) => api.pid() === pids[i] && api.isRunning())
      const audit = await auditMain(world, history)
      const { crm } = await untilCrmAgrees(world, 60_000)
      return {
        ok:
          isAlive &&
          wrong.length === 0 &&
          percentile(resumed, 1) <= RESUMED_MAX_MS &&
          restartedMs <= RESTARTED_MAX_MS &&
          slowest <= ANSWER_MAX_MS &&
          isFaultless(audit) &&
          isInAgreement(crm),
        figure: [
          `${rounds} primaries killed, 2 API processes ${isAlive ? 'live on' : 'DIED'}`,
          `first booking at most ${inSeconds(percentile(resumed, 1))} after the promotion (${resumed.map(inSeconds).join(', ')})`,
          `stopped and started: ${inSeconds(restartedMs)} after its return`,
          `answers ${tally(told.map(({ status }) => status))}, slowest ${inSeconds(slowest)}, other than 201 and 503 JSON ${wrong.length}${wrong.length ? ` (${tally(wrong.map(({ status, fault, body }) => `${status} ${fault ?? body.code ?? ''}`))})` : ''}`,
          describeAudit(audit),
          describeCrm(crm),
        ].join('; '),
      }
    })
  },
}

/** How long after `since` the first booking succeeded; infinite when none does in half a minute. */
async function untilBooked({ attempts }: History, since: number): Promise<number> {
  const from = attempts.length
  while (performance.now() < since + 30_000) {
    const first = attempts.slice(from).find(({ answer }) => answer.status === 201)
    if (first) return Math.max(0, first.answer.sentAt + first.answer.ms - since)
    await sleep(10)
  }
  return Number.POSITIVE_INFINITY
}
