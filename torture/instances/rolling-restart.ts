import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, latency, outcomes, tally, thousands } from '#harness/load/figures.ts'
import { type Answer, atPace } from '#harness/load/load.ts'
import { queryMain } from '#harness/world/main-database.ts'
import { inWorld, type Person, startDatabases, type World } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { openBookers } from '../history.ts'
import type { Proof, ProofContext, Verdict } from '../proof.ts'
import { type BalancerName, balancerPorts, startBalancer, untilUsed } from './balancer.ts'
import { listenFaithfully } from './faithful-listener.ts'

const APIS = 3
const CRMS = 2
const READS_A_SECOND = 100
const BOOKINGS_A_SECOND = 40
/** A little more than it takes the proxy to hear that an instance is about to go. */
const DRAIN = { DRAIN_SECONDS: '3' }

export const proof: Proof[] = [
  rollingRestart('rolling-restart', 'I2', 'HAProxy'),
  rollingRestart('rolling-restart-nginx', 'I3', 'nginx'),
]

function rollingRestart(name: string, row: string, proxy: string): Proof {
  return {
    name,
    row,
    claim: `Behind ${proxy}, instance after instance of both services is restarted under load, no request fails, and who listens misses nothing`,
    run: (context) => run(context, proxy.toLowerCase() as BalancerName),
  }
}

async function run(context: ProofContext, proxy: BalancerName): Promise<Verdict> {
  const { quick, log, rounds = quick ? 1 : 3 } = context
  const ports = await balancerPorts()
  const plan = {
    apis: APIS,
    crms: CRMS,
    databases: startDatabases,
    groups: [{ people: 300, events: 40 * rounds, capacity: 300 }],
    apiEnv: { ...DRAIN, CRM_SERVICE_URL: `http://127.0.0.1:${ports.crm}` },
    crmEnv: DRAIN,
  }
  return inWorld(plan, async (world) => {
    const balancer = await startBalancer(proxy, world, ports)
    try {
      const { client, history, during } = openBookers(world, { connections: 32, timeoutMs: 20_000 })
      const { people } = world.group
      const reads: Answer[] = []
      let isOver = false
      const stream = `${balancer.url}/api/events/stream`
      const listener = await listenFaithfully(stream, (people[0] as Person).token)
      const pace = { perSecond: READS_A_SECOND, concurrencyMax: 32, isOver: () => isOver }
      const reading = atPace(pace, async () => {
        const { token } = people[reads.length % people.length] as Person
        reads.push(await client.call('GET', `${balancer.url}/api/events/`, { token }))
      })
      const stops = await during({ perSecond: BOOKINGS_A_SECOND, urls: [balancer.url] }, () =>
        restartAll(world, rounds, log),
      ).finally(() => {
        isOver = true
      })
      await reading
      client.close()
      const missed = await listener.missed(await readTaken(world))
      await listener.leave()
      const answers = [...reads, ...history.attempts.map(({ answer }) => answer)]
      const failed = answers.filter(({ status }) => status === 0 || status >= 500)
      const end = await auditAll(world, history)
      const codes = stops.map((code) => code ?? -1)
      return {
        ok:
          failed.length === 0 &&
          codes.every((code) => code === 0) &&
          end.isSound &&
          listener.streams() > 1 &&
          listener.reloads() + missed.length === 0,
        figure: [
          `${stops.length} restarts of ${APIS} API and ${CRMS} CRM instances (exit codes ${tally(codes)})`,
          `${thousands(answers.length)} requests, failed ${failed.length}${failed.length ? ` (${outcomes(failed)})` : ''}`,
          tally(answers.map(({ status }) => status)),
          `p99 ${inMs(latency(answers, 0.99))}`,
          `a listener reconnected ${listener.streams() - 1} times and missed ${missed.length} events`,
          `${end.words} after ${inMs(end.ms)}`,
          quick && 'quick',
        ],
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

/** One at a time, as a rollout does: the next one waits until the last is ready again. Returns their exit codes. */
async function restartAll({ apis, crms }: World, rounds: number, log: ProofContext['log']) {
  const codes: (number | null)[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const instance of [...apis, ...crms]) {
      await sleep(500)
      const stop = await instance.stop()
      codes.push(stop.code)
      const startMs = await instance.start()
      await untilUsed(instance)
      log(`round ${round}: ${instance.name} stopped in ${inMs(stop.ms)}, healthy in ${inMs(startMs)}`)
    }
  }
  return codes
}
