import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS, type Fault } from '#harness/faults/fault-proxy.ts'
import { inSeconds, tally } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createService } from '#harness/processes/services.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type Crowd, inWorld, type Person, serviceEnv, type World } from '#harness/world/world.ts'
import { auditAll, untilCrmAgrees } from '../audit.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory, type History } from '../history.ts'
import type { Proof } from '../proof.ts'

const ANSWER_MAX_MS = 3_000
const PAUSE_MAX_MS = 20_000
const NEXT_ATTEMPT_MAX_MS = 40_000
const DELIVERED_MAX_MS = 60_000
const QUICK: Fault[] = ['silent', 'reset after body', 'ack lost', 'status 500', 'redirect', 'junk']

type Pairs = Iterator<{ person: Person; eventId: number }>
type Outcome = { fault: string; isGood: boolean; slowestMs: number; deliveredMs: number; note: string }

export const proof: Proof = {
  name: 'crm-faults',
  row: 'R9',
  claim: 'Whatever the way to the CRM does, no booking fails, is lost on the way or arrives twice',
  async run({ quick, log, seconds = quick ? 0.3 : 10 }) {
    const faults = quick ? QUICK : [...FAULTS.filter((fault) => fault !== 'none'), { delayMs: 2_000 }]
    // So few that the sender does not give up on the CRM: the next fault is to meet it trying.
    const each = quick ? 4 : 50
    const crowd = { people: each, events: 5 * faults.length + 5, capacity: each }
    return inWorld({ crowds: [crowd] }, async (world) => {
      const client = createClient({ connections: 25 })
      const history = createHistory(client)
      const pairs = allPairs(world.crowds[0] as Crowd)
      const outcomes: Outcome[] = []
      for (const fault of faults) {
        const outcome = await suffer({ world, history, pairs, each, fault, seconds })
        outcomes.push(outcome)
        log(
          `${outcome.fault}: slowest answer ${Math.round(outcome.slowestMs)} ms, delivered ${inSeconds(outcome.deliveredMs)} after healing ${outcome.note}`,
        )
      }
      if (!quick) outcomes.push(await sufferBadName({ world, history, pairs, each, seconds }))
      await world.proxy.set('none')
      const end = await auditAll(world, history, DELIVERED_MAX_MS)
      client.close()
      const bad = outcomes.filter(({ isGood }) => !isGood)
      const followed = world.proxy.redirectsFollowed()
      const slowestMs = Math.max(...outcomes.map((outcome) => outcome.slowestMs))
      const deliveredMs = Math.max(end.ms, ...outcomes.map((outcome) => outcome.deliveredMs))
      return {
        ok: bad.length === 0 && followed === 0 && end.isSound,
        figure: [
          `${outcomes.length} faults × ${each} bookings`,
          end.words,
          `redirects followed ${followed}`,
          `slowest booking ${inSeconds(slowestMs)}, slowest recovery ${inSeconds(deliveredMs)}`,
          bad.length ? `bad: ${bad.map(({ fault, note }) => `${fault} (${note})`).join(', ')}` : 'bad 0',
        ].join('; '),
      }
    })
  },
}

type Trial = { world: World; history: History; pairs: Pairs; each: number; seconds: number }

async function suffer({ fault, ...trial }: Trial & { fault: Fault }): Promise<Outcome> {
  const { world, seconds } = trial
  const name = typeof fault === 'string' ? fault : `delay ${fault.delayMs} ms`
  const hitsBefore = world.proxy.hits()
  await world.proxy.set(fault)
  const booked = await bookSome(trial, world.api.url)
  await sleep(seconds * 1_000)
  const hasMet = () => fault === 'refused' || world.proxy.hits() > hitsBefore
  // The sender may have given up on the CRM for a while because of the fault before.
  await waitUntil(hasMet, PAUSE_MAX_MS).catch(() => {})
  const isMet = hasMet()
  await world.proxy.set('none')
  const healedAt = performance.now()
  const seenBefore = world.proxy.exchanges.length
  const { crm, ms } = await untilCrmAgrees(world, DELIVERED_MAX_MS)
  await untilHeard(trial)
  const firstAttemptMs = (world.proxy.exchanges[seenBefore]?.at ?? healedAt) - healedAt
  return { fault: name, ...judge(booked, firstAttemptMs, crm.missing, isMet), deliveredMs: ms }
}

/** The sender may have given the CRM up: the next fault is to meet it trying again. */
async function untilHeard({ world, history, pairs }: Trial): Promise<void> {
  const deadline = performance.now() + DELIVERED_MAX_MS
  while (performance.now() < deadline) {
    const { value, done } = pairs.next()
    if (done) return
    const { body } = await history.book(world.api.url, value.person, value.eventId)
    if (body.crm_notified) return
    await sleep(1_000)
  }
}

/** The address cannot be changed under a running service: a second process on the same database has the bad one. */
async function sufferBadName({ world, ...trial }: Trial): Promise<Outcome> {
  await world.api.kill()
  const port = await freePort()
  const api = createService({
    name: 'API with a bad CRM name',
    entry: 'booking/main.ts',
    port,
    env: { ...serviceEnv(world.dataDir), API_PORT: String(port), CRM_SERVICE_URL: 'http://crm.invalid:8003' },
  })
  try {
    await api.start()
    const booked = await bookSome({ world, ...trial }, api.url)
    await sleep(trial.seconds * 1_000)
    await api.kill()
    await world.api.start()
    const { crm, ms } = await untilCrmAgrees(world, DELIVERED_MAX_MS)
    return { fault: 'DNS fails', ...judge(booked, 0, crm.missing), deliveredMs: ms }
  } finally {
    await api.kill()
  }
}

async function bookSome({ history, pairs, each }: Trial, api: string) {
  const from = history.attempts.length
  await inParallel(Array.from({ length: each }), 25, async () => {
    const { value, done } = pairs.next()
    if (!done) await history.book(api, value.person, value.eventId)
  })
  return history.attempts.slice(from).map(({ answer }) => answer)
}

function judge(
  booked: { status: number; ms: number }[],
  firstAttemptMs: number,
  missing: number,
  isMet = true,
): Pick<Outcome, 'isGood' | 'slowestMs' | 'note'> {
  const failed = booked.map(({ status }) => status).filter((status) => status !== 201)
  const slowestMs = Math.max(...booked.map(({ ms }) => ms))
  const faults = [
    !isMet && 'nothing met it',
    failed.length > 0 && `not booked: ${tally(failed)}`,
    slowestMs > ANSWER_MAX_MS && `answer after ${inSeconds(slowestMs)}`,
    firstAttemptMs > NEXT_ATTEMPT_MAX_MS && `next attempt after ${inSeconds(firstAttemptMs)}`,
    missing > 0 && `${missing} not delivered`,
  ].filter((fault) => fault !== false)
  return { isGood: faults.length === 0, slowestMs, note: faults.join(', ') }
}
