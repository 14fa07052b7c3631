import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS } from '#harness/faults/fault-proxy.ts'
import { inSeconds, tally } from '#harness/load/figures.ts'
import { atPace } from '#harness/load/load.ts'
import { pickFrom, randomFrom } from '#harness/load/random.ts'
import type { Service } from '#harness/processes/services.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { auditMain, untilCrmAgrees } from '../audit.ts'
import { type Attempt, type Bookers, openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'
import { changedIds, outOfOrder } from './deliveries.ts'

const PER_SECOND = 60
const CANCEL_SHARE = 0.2

export const proof: Proof = {
  name: 'kill-anything',
  row: 'R11',
  claim:
    'After random kills of API, CRM and the line between them, both sides hold exactly the same bookings',
  run({ quick, log, seed, seconds = quick ? 30 : 600 }) {
    const random = randomFrom(seed)
    const group = { people: 200, events: Math.ceil((seconds * PER_SECOND) / 200) + 2, capacity: 200 }
    return inWorld({ apis: 2, groups: [group] }, async (world) => {
      const bookers = openBookers(world, { connections: 64, timeoutMs: 15_000 })
      const { history } = bookers
      const endAt = performance.now() + seconds * 1_000
      const isOver = () => performance.now() > endAt
      const blows: string[] = []
      const loading = bookAndCancel(world, bookers, random, isOver)
      while (!isOver()) {
        blows.push(await strike(world, random))
        if (blows.length % 10 === 0) log(`${blows.length} blows, ${history.attempts.length} attempts`)
      }
      await world.proxy.set('none')
      for (const service of [world.crm, ...world.apis]) await revive(service)
      await loading
      bookers.client.close()
      log('everything is up: a minute of quiet')
      const crm = await untilCrmAgrees(world)
      const audit = await auditMain(world, history)
      const disordered = outOfOrder(world.proxy.exchanges)
      const changed = changedIds(world.proxy.exchanges)
      return {
        ok: audit.isSound && crm.isSound && disordered.length + changed.length === 0,
        figure: [
          `${blows.length} blows in ${seconds} s (${tally(blows)})`,
          audit.words,
          crm.words,
          `out of order ${disordered.length}`,
          crm.isSound ? `equal after ${inSeconds(crm.ms)} of quiet` : 'not equal after 60 s of quiet',
        ],
      }
    })
  },
}

/** Takes one thing away for a moment. Returns what it was. */
async function strike({ apis, crm, proxy }: World, random: () => number): Promise<string> {
  await sleep(random() * 2_000)
  const kind = pickFrom(['API', 'API', 'CRM', 'CRM', 'line', 'API and CRM'], random)
  if (kind === 'line') {
    await proxy.set(
      pickFrom(
        FAULTS.filter((fault) => fault !== 'huge'),
        random,
      ),
    )
    await sleep(random() * 4_000)
    await proxy.set('none')
    return kind
  }
  const victims = kind === 'API' ? [pickFrom(apis, random)] : kind === 'CRM' ? [crm] : [...apis, crm]
  await Promise.all(victims.map((victim) => victim.kill()))
  await sleep(random() * 1_500)
  await Promise.all(victims.map(revive))
  return kind
}

async function revive(service: Service): Promise<void> {
  if (!service.isRunning()) await service.start()
}

async function bookAndCancel(
  { apis }: World,
  { history, next }: Bookers,
  random: () => number,
  isOver: () => boolean,
): Promise<void> {
  const held: Attempt[] = []
  await atPace({ perSecond: PER_SECOND, concurrencyMax: 48, isOver }, async () => {
    const api = pickFrom(apis, random).url
    if (random() < CANCEL_SHARE && held.length > 20) {
      const [{ person, bookingId = 0 }] = held.splice(Math.floor(random() * held.length), 1) as [Attempt]
      await history.cancel(api, person, bookingId)
      return
    }
    const attempt = await next(api)
    if (attempt?.bookingId) held.push(attempt)
    if (attempt?.answer.status === 0) await sleep(100)
  })
}
