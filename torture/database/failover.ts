import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inSeconds, latency, percentile } from '#harness/load/figures.ts'
import { freePort } from '#harness/processes/free-port.ts'
import {
  addSynchronousStandby,
  createInstalledPostgres,
  type PostgresServer,
} from '#harness/processes/postgres-server.ts'
import type { OnClose } from '#harness/world/data-dir.ts'
import { inWorld } from '#harness/world/world.ts'
import { superuser } from '#shared/db/embedded/cluster-files.ts'
import { auditAll } from '../audit.ts'
import { openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'
import { judgeAnswers, untilBooked } from './recovery.ts'

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
  run({ quick, log, rounds = quick ? 1 : 5 }) {
    const group = { people: 400, events: 8 * (rounds + 1) + 5, capacity: 400 }
    let primary: PostgresServer
    let standby: PostgresServer
    const databases = async (dataDir: string, onClose: OnClose) => {
      primary = await createInstalledPostgres(join(dataDir, 'one'))
      onClose(() => primary.kill())
      standby = await addSynchronousStandby(primary, { pgDir: join(dataDir, 'two'), port: await freePort() })
      onClose(() => standby.kill())
      const url = (name: string) =>
        `postgresql://${superuser}@${primary.address},${standby.address}/${name}?target_session_attrs=read-write`
      return { DATABASE_URL: url('booking'), CRM_DATABASE_URL: url('crm') }
    }
    return inWorld({ groups: [group], apis: 2, databases }, async (world) => {
      const { client, history, during } = openBookers(world, { connections: 96, timeoutMs: 20_000 })
      const pids = world.apis.map((api) => api.pid())
      const resumed: number[] = []
      let restartedMs = 0
      const load = { perSecond: BOOKINGS_A_SECOND, urls: world.apis.map(({ url }) => url) }
      await during(load, async () => {
        for (let round = 1; round <= rounds; round++) {
          await sleep(3_000)
          await primary.kill()
          await standby.promote()
          const ms = await untilBooked(history)
          resumed.push(ms)
          log(`failover ${round} of ${rounds}: books again ${inSeconds(ms)} after the promotion`)
          const dead = primary
          primary = standby
          standby = await addSynchronousStandby(primary, dead)
        }
        await sleep(1_000)
        await standby.stop()
        await primary.ask("alter system set synchronous_standby_names = ''")
        await primary.stop('immediate')
        await sleep(AWAY_MS)
        await primary.start()
        restartedMs = await untilBooked(history)
        log(`stopped and started: books again ${inSeconds(restartedMs)} after its return`)
        await sleep(1_000)
      })
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
        ],
      }
    })
  },
}
