import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS } from '#harness/faults/fault-proxy.ts'
import { inSeconds, tally } from '#harness/load/figures.ts'
import { atPace, createClient } from '#harness/load/load.ts'
import { randomFrom } from '#harness/load/random.ts'
import type { Service } from '#harness/processes/services.ts'
import { type Crowd, inWorld, type Person, type World } from '#harness/world/world.ts'
import { auditCrm, auditMain, describeAudit, describeCrm, isFaultless, isInAgreement } from '../audit.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory, type History } from '../history.ts'
import type { Proof } from '../proof.ts'
import { changedIds, outOfOrder } from './deliveries.ts'

const PER_SECOND = 60
const CANCEL_SHARE = 0.2
const QUIET_MS = 60_000

export const proof: Proof = {
  name: 'kill-anything',
  row: 'R11',
  claim:
    'After random kills of API, CRM and the line between them, both sides hold exactly the same bookings',
  async run({ quick, log, seed, seconds = quick ? 30 : 600 }) {
    const random = randomFrom(seed)
    const crowd = { people: 200, events: Math.ceil((seconds * PER_SECOND) / 200) + 2, capacity: 200 }
    return inWorld({ apis: 2, crowds: [crowd] }, async (world) => {
      const client = createClient({ connections: 64, timeoutMs: 15_000 })
      const history = createHistory(client)
      const endAt = performance.now() + seconds * 1_000
      const isOver = () => performance.now() > endAt
      const blows: string[] = []
      const loading = bookAndCancel({ world, history, random, isOver })
      while (!isOver()) {
        blows.push(await strike(world, random))
        if (blows.length % 10 === 0) log(`${blows.length} blows, ${history.attempts.length} attempts`)
      }
      await world.proxy.set('none')
      for (const service of [world.crm, ...world.apis]) await revive(service)
      await loading
      client.close()
      log('everything is up: a minute of quiet')
      const agreed = await quietUntilAgreed(world)
      const audit = await auditMain(world, history)
      const crm = await auditCrm(world)
      const disordered = outOfOrder(world.proxy.exchanges)
      return {
        ok:
          isFaultless(audit) &&
          isInAgreement(crm) &&
          disordered.length + changedIds(world.proxy.exchanges).length === 0,
        figure: [
          `${blows.length} blows in ${seconds} s (${tally(blows)})`,
          describeAudit(audit),
          describeCrm(crm),
          `out of order ${disordered.length}`,
          agreed === undefined
            ? 'not equal after 60 s of quiet'
            : `equal after ${inSeconds(agreed)} of quiet`,
        ].join('; '),
      }
    })
  },
}

/** Takes one thing away for a moment. Returns what it was. */
async function strike({ apis, crm, proxy }: World, random: () => number): Promise<string> {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T
  await sleep(random() * 2_000)
  const kind = pick(['API', 'API', 'CRM', 'CRM', 'line', 'API and CRM'])
  if (kind === 'line') {
    await proxy.set(pick(FAULTS.filter((fault) => fault !== 'huge')))
    await sleep(random() * 4_000)
    await proxy.set('none')
    return kind
  }
  const victims = kind === 'API' ? [pick(apis)] : kind === 'CRM' ? [crm] : [...apis, crm]
  await Promise.all(victims.map((victim) => victim.kill()))
  await sleep(random() * 1_500)
  await Promise.all(victims.map(revive))
  return kind
}

async function revive(service: Service): Promise<void> {
  if (!service.isRunning()) await service.start()
}

type Load = { world: World; history: History; random: () => number; isOver: () => boolean }

async function bookAndCancel({ world, history, random, isOver }: Load): Promise<void> {
  const pairs = allPairs(world.crowds[0] as Crowd)
  const held: { person: Person; bookingId: number }[] = []
  await atPace({ perSecond: PER_SECOND, concurrencyMax: 48, isOver }, async () => {
    const api = world.apis[Math.floor(random() * world.apis.length)]?.url ?? ''
    if (random() < CANCEL_SHARE && held.length > 20) {
      const [{ person, bookingId } = held[0] as (typeof held)[number]] = held.splice(
        Math.floor(random() * held.length),
        1,
      )
      await history.cancel(api, person, bookingId)
      return
    }
    const { value, done } = pairs.next()
    if (done) return
    const { body, status } = await history.book(api, value.person, value.eventId)
    if (body.booking) held.push({ person: value.person, bookingId: body.booking.id })
    if (status === 0) await sleep(100)
  })
}

/** How long it took both sides to agree; undefined when a minute was not enough. */
async function quietUntilAgreed(world: World): Promise<number | undefined> {
  const beganAt = performance.now()
  while (performance.now() - beganAt < QUIET_MS) {
    if (isInAgreement(await auditCrm(world))) return performance.now() - beganAt
    await sleep(1_000)
  }
  return undefined
}
