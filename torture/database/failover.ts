import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inSeconds, latency, percentile } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import {
  addSynchronousStandby,
  createExternalPostgres,
  type ExternalPostgres,
  SUPERUSER,
} from '#harness/processes/external-postgres.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { type Crowd, inWorld, type OnClose } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { allPairs, bookUntil } from '../booking-load.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'
import { judgeAnswers, untilBooked } from './recovery.ts'

const BOOKINGS_A_SECOND = 60
const RESUMED_MAX_MS = 10_000
const RESTARTED_MAX_MS = 5_000
const ANSWER_MAX_MS = 10_000
/** After that nobody waits for the next booking any more. */
const BOOKED_MAX_MS = 30_000
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
          const ms = await untilBooked(history, { sinceMs: performance.now(), maxMs: BOOKED_MAX_MS })
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
        restartedMs = await untilBooked(history, { sinceMs: performance.now(), maxMs: BOOKED_MAX_MS })
        log(`stopped and started: books again ${inSeconds(restartedMs)} after its return`)
        await sleep(1_000)
      } finally {
        isOver = true
      }
      await loading
      client.close()
      const answers = judgeAnswers(history)
      const slowest = latency(answers.told, 1)
      const isAlive = world.apis.every((api, i) => api.pid() === pids[i] && api.isRunning())
      const end = await auditAll(world, history)
      return {
        ok:
          isAlive &&
          answers.isRight &&
          percentile(resumed, 1) <= RESUMED_MAX_MS &&
          restartedMs <= RESTARTED_MAX_MS &&
          slowest <= ANSWER_MAX_MS &&
          end.isSound,
        figure: [
          `${rounds} primaries killed, 2 API processes ${isAlive ? 'live on' : 'DIED'}`,
          `first booking at most ${inSeconds(percentile(resumed, 1))} after the promotion (${resumed.map(inSeconds).join(', ')})`,
          `stopped and started: ${inSeconds(restartedMs)} after its return`,
          `${answers.words}, slowest ${inSeconds(slowest)}`,
          end.words,
        ].join('; '),
      }
    })
  },
}
