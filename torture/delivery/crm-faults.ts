import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS, type Fault } from '#harness/faults/fault-proxy.ts'
import { inSeconds, latency, tally } from '#harness/load/figures.ts'
import { inParallel } from '#harness/load/load.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { createApi, inWorld, type World } from '#harness/world/world.ts'
import { auditAll, untilCrmAgrees } from '../audit.ts'
import { type Bookers, openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'

const ANSWER_MAX_MS = 3_000
const PAUSE_MAX_MS = 20_000
const NEXT_ATTEMPT_MAX_MS = 40_000
const DELIVERED_MAX_MS = 60_000
const QUICK: Fault[] = ['silent', 'reset after body', 'ack lost', 'status 500', 'redirect', 'junk']

type Outcome = { fault: string; slowestMs: number; deliveredMs: number; bad: string }
type Trial = { world: World; bookers: Bookers; each: number; seconds: number }

export const proof: Proof = {
  name: 'crm-faults',
  row: 'R9',
  claim: 'Whatever the way to the CRM does, no booking fails, is lost on the way or arrives twice',
  run({ quick, log, seconds = quick ? 0.3 : 10 }) {
    const faults = quick ? QUICK : [...FAULTS.filter((fault) => fault !== 'none'), { delayMs: 2_000 }]
    // So few that the sender does not give up on the CRM: the next fault is to meet it trying.
    const each = quick ? 4 : 50
    const group = { people: each, events: 5 * faults.length + 5, capacity: each }
    return inWorld({ groups: [group] }, async (world) => {
      const trial = { world, bookers: openBookers(world, { connections: 25 }), each, seconds }
      const outcomes: Outcome[] = []
      for (const fault of faults) {
        const outcome = await suffer(trial, fault)
        outcomes.push(outcome)
        log(
          `${outcome.fault}: slowest answer ${Math.round(outcome.slowestMs)} ms, delivered ${inSeconds(outcome.deliveredMs)} after healing ${outcome.bad}`,
        )
      }
      if (!quick) outcomes.push(await sufferBadName(trial))
      await world.proxy.set('none')
      const end = await auditAll(world, trial.bookers.history)
      trial.bookers.client.close()
      const bad = outcomes.filter((outcome) => outcome.bad)
      const followed = world.proxy.redirectsFollowed()
      const slowestMs = Math.max(...outcomes.map((outcome) => outcome.slowestMs))
      const deliveredMs = Math.max(end.ms, ...outcomes.map((outcome) => outcome.deliveredMs))
      return {
        ok: bad.length + followed === 0 && end.isSound,
        figure: [
          `${outcomes.length} faults × ${each} bookings`,
          end.words,
          `redirects followed ${followed}`,
          `slowest booking ${inSeconds(slowestMs)}, slowest recovery ${inSeconds(deliveredMs)}`,
          bad.length ? `bad: ${bad.map(({ fault, bad }) => `${fault} (${bad})`).join(', ')}` : 'bad 0',
        ],
      }
    })
  },
}

async function suffer(trial: Trial, fault: Fault): Promise<Outcome> {
  const { api, proxy } = trial.world
  const name = typeof fault === 'string' ? fault : `delay ${fault.delayMs} ms`
  const hitsBefore = proxy.hits()
  await proxy.set(fault)
  const booked = await bookSome(trial, api.url)
  await sleep(trial.seconds * 1_000)
  const hasMet = () => fault === 'refused' || proxy.hits() > hitsBefore
  // The sender may have given up on the CRM for a while because of the fault before.
  await waitUntil(hasMet, PAUSE_MAX_MS).catch(() => {})
  const isMet = hasMet()
  await proxy.set('none')
  const healedAt = performance.now()
  const seenBefore = proxy.exchanges.length
  const crm = await untilCrmAgrees(trial.world, DELIVERED_MAX_MS)
  await untilNotified(trial)
  const firstAttemptMs = (proxy.exchanges[seenBefore]?.at ?? healedAt) - healedAt
  return judge(name, booked, crm, { firstAttemptMs, isMet })
}

/** The sender may have given the CRM up: the next fault is to meet it trying again. */
async function untilNotified({ bookers }: Trial): Promise<void> {
  const deadline = performance.now() + DELIVERED_MAX_MS
  while (performance.now() < deadline) {
    const attempt = await bookers.next()
    if (!attempt || attempt.answer.body.crm_notified) return
    await sleep(1_000)
  }
}

/** The address cannot be changed under a running service: a second process on the same database has the bad one. */
async function sufferBadName(trial: Trial): Promise<Outcome> {
  const { world, seconds } = trial
  await world.api.kill()
  const api = await createApi(world.dataDir, { CRM_SERVICE_URL: 'http://crm.invalid:8003' })
  try {
    await api.start()
    const booked = await bookSome(trial, api.url)
    await sleep(seconds * 1_000)
    await api.kill()
    await world.api.start()
    return judge('DNS fails', booked, await untilCrmAgrees(world, DELIVERED_MAX_MS))
  } finally {
    await api.kill()
  }
}

async function bookSome({ bookers: { history, next }, each }: Trial, api: string) {
  const from = history.attempts.length
  await inParallel(Array.from({ length: each }), 25, () => next(api))
  return history.attempts.slice(from).map(({ answer }) => answer)
}

function judge(
  fault: string,
  booked: { status: number; ms: number }[],
  { missing, ms }: { missing: number; ms: number },
  { firstAttemptMs = 0, isMet = true } = {},
): Outcome {
  const failed = booked.map(({ status }) => status).filter((status) => status !== 201)
  const slowestMs = latency(booked, 1)
  const faults = [
    !isMet && 'nothing met it',
    failed.length > 0 && `not booked: ${tally(failed)}`,
    slowestMs > ANSWER_MAX_MS && `answer after ${inSeconds(slowestMs)}`,
    firstAttemptMs > NEXT_ATTEMPT_MAX_MS && `next attempt after ${inSeconds(firstAttemptMs)}`,
    missing > 0 && `${missing} not delivered`,
  ].filter((each) => each !== false)
  return { fault, slowestMs, deliveredMs: ms, bad: faults.join(', ') }
}
