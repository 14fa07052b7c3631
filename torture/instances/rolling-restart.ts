import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, latency, tally, thousands } from '#harness/load/figures.ts'
import { type Answer, atPace, createClient } from '#harness/load/load.ts'
import { freePort } from '#harness/processes/free-port.ts'
import {
  type Crowd,
  inWorld,
  type Person,
  queryMain,
  startDatabases,
  type World,
} from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { allPairs, bookUntil } from '../booking-load.ts'
import { createHistory } from '../history.ts'
import type { Proof, ProofContext } from '../proof.ts'
import { type Balancer, type StartBalancer, startHaproxy, startNginx } from './balancer.ts'
import { listenFaithfully } from './faithful-listener.ts'

const APIS = 3
const CRMS = 2
const READS_A_SECOND = 100
const BOOKINGS_A_SECOND = 40
/** A little more than it takes the proxy to hear that an instance is about to go. */
const DRAIN_SECONDS = 3

export const withHaproxy: Proof = rollingRestart('rolling-restart', 'I2', 'HAProxy', startHaproxy)
export const withNginx: Proof = rollingRestart('rolling-restart-nginx', 'I3', 'nginx', startNginx)

function rollingRestart(name: string, row: string, proxy: string, startBalancer: StartBalancer): Proof {
  return {
    name,
    row,
    claim: `Behind ${proxy}, instance after instance of both services is restarted under load, no request fails, and who listens misses nothing`,
    run: (context) => run(context, startBalancer),
  }
}

async function run({ quick, log, rounds = quick ? 1 : 3 }: ProofContext, startBalancer: StartBalancer) {
  const [apiPort, crmPort] = [await freePort(), await freePort()]
  const plan = {
    apis: APIS,
    crms: CRMS,
    databases: startDatabases,
    crowds: [{ people: 300, events: 40 * rounds, capacity: 300 }],
    apiEnv: { DRAIN_SECONDS: String(DRAIN_SECONDS), CRM_SERVICE_URL: `http://127.0.0.1:${crmPort}` },
    crmEnv: { DRAIN_SECONDS: String(DRAIN_SECONDS) },
  }
  return inWorld(plan, async (world) => {
    const { dataDir, apis, crms } = world
    const balancer = await startBalancer({ dataDir, apiPort, crmPort, apis, crms })
    try {
      const front = `http://127.0.0.1:${apiPort}`
      const client = createClient({ connections: 32, timeoutMs: 20_000 })
      const history = createHistory(client)
      const reads: Answer[] = []
      let isOver = false
      const { people, events } = world.crowds[0] as Crowd
      const listener = await listenFaithfully(`${front}/api/events/stream`, (people[0] as Person).token)
      const load = Promise.all([
        bookUntil({
          history,
          api: { ...world.api, url: front },
          pairs: allPairs({ people, events, capacity: 0 }),
          perSecond: BOOKINGS_A_SECOND,
          isOver: () => isOver,
        }),
        atPace({ perSecond: READS_A_SECOND, concurrencyMax: 32, isOver: () => isOver }, async () => {
          const { token } = people[reads.length % people.length] as Person
          reads.push(await client.call('GET', `${front}/api/events/`, { token }))
        }),
      ])
      const stops = await restartAll(world, balancer, rounds, log).finally(() => {
        isOver = true
      })
      await load
      client.close()
      const missed = await listener.missed(await readTaken(world))
      await listener.leave()
      const answers = [...reads, ...history.attempts.map(({ answer }) => answer)]
      const failed = answers.filter(({ status }) => status === 0 || status >= 500)
      const end = await auditAll(world, history)
      const codes = stops.map(({ code }) => code ?? -1)
      return {
        ok:
          failed.length === 0 &&
          codes.every((code) => code === 0) &&
          end.isSound &&
          listener.streams() > 1 &&
          listener.reloads() + missed.length === 0,
        figure: [
          `${stops.length} restarts of ${APIS} API and ${CRMS} CRM instances (exit codes ${tally(codes)})`,
          `${thousands(answers.length)} requests, failed ${failed.length}` +
            (failed.length ? ` (${tally(failed.map(({ status, fault }) => fault ?? status))})` : ''),
          tally(answers.map(({ status }) => status)),
          `p99 ${inMs(latency(answers, 0.99))}`,
          `a listener began anew ${listener.streams() - 1} times and missed ${missed.length} events`,
          `${end.words} after ${inMs(end.ms)}${quick ? '; quick' : ''}`,
        ].join('; '),
      }
    } finally {
      await balancer.stop()
    }
  })
}

/** How many seats of each event are taken, where there are any. */
async function readTaken(world: World): Promise<Map<number, number>> {
  const rows = await queryMain<{ id: number; taken: number }>(
    world,
    'select id, current_participants as taken from events where current_participants > 0',
  )
  return new Map(rows.map(({ id, taken }) => [id, taken]))
}

/** One at a time, as a rollout does: the next one waits until the last is ready again. */
async function restartAll(
  { apis, crms }: World,
  balancer: Balancer,
  rounds: number,
  log: ProofContext['log'],
) {
  const stops: { code: number | null; ms: number }[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const instance of [...apis, ...crms]) {
      await sleep(500)
      const stop = await instance.stop()
      stops.push(stop)
      const startMs = await instance.start()
      await balancer.untilUsed(instance)
      log(`round ${round}: ${instance.name} stopped in ${inMs(stop.ms)}, healthy in ${inMs(startMs)}`)
    }
  }
  return stops
}
