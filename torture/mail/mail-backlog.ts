import { setTimeout as sleep } from 'node:timers/promises'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { deal } from '#harness/load/deal.ts'
import { inMs, inSeconds, latency, outcomes, thousands } from '#harness/load/figures.ts'
import { type Answer, atPace, createClient } from '#harness/load/load.ts'
import { queryMain, queryOne } from '#harness/world/main-database.ts'
import { type Group, inWorld, type World } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

const MAILS = 10_000
const MAILS_QUICK = 600
const INSTANCES = 2
const MAILS_A_SECOND_EACH = 50
const MAILS_A_SECOND = INSTANCES * MAILS_A_SECOND_EACH
/** How far the rate may be from the setting. */
const RATE_MIN_SHARE = 0.9
const RATE_MAX_SHARE = 1.05
const BOOKINGS_A_SECOND = 20
const ALONE_SECONDS = 30
const ALONE_SECONDS_QUICK = 5
/** Two cores do everything here: API, databases, mail server and clients. */
const BOOKING_P99_MAX_MS = 250
/** Twice what the rate asks for. */
const drainMaxMs = (mails: number) => (2 * mails * 1_000) / MAILS_A_SECOND + 30_000

export const proof: Proof = {
  name: 'mail-backlog',
  row: 'M2',
  claim:
    'Ten thousand mails that wait go out at the rate that was set, each once though two instances send them, while bookings are answered as usual',
  run({ quick, log }) {
    const mails = quick ? MAILS_QUICK : MAILS
    let receiver: SmtpReceiver | undefined
    const plan = {
      groups: [
        { people: mails, events: 1, capacity: mails },
        { people: 400, events: 20, capacity: 400 },
      ],
      apis: INSTANCES,
      log,
      prepare: async (_dataDir: string, onClose: (close: () => Promise<unknown>) => void) => {
        receiver = await startSmtpReceiver()
        onClose(receiver.close)
        const MAIL_FROM = 'hello@studio.example'
        return { SMTP_URL: receiver.url, MAIL_FROM, MAILS_PER_SECOND: String(MAILS_A_SECOND_EACH) }
      },
    }
    return inWorld(plan, async (world) => {
      if (!receiver) throw new Error('There is no mail server')
      const book = createBooker(world, world.groups[1] as Group)
      const alone = await book(quick ? ALONE_SECONDS_QUICK : ALONE_SECONDS)
      log(`bookings alone: p50 ${inMs(latency(alone, 0.5))}, p99 ${inMs(latency(alone, 0.99))}`)
      await oweMails(world)
      const before = receiver.mails.length
      const beganAt = performance.now()
      const draining = untilDrained(world, drainMaxMs(mails))
      const during = await book(draining)
      const { left, ms } = await draining
      const sent = receiver.mails.slice(before)
      const perSecond = sent.filter(({ atMs }) => atMs <= beganAt + ms).length / (ms / 1_000)
      const { lost, twice, unsent } = await judge(world, receiver)
      const answers = [...alone, ...during]
      const refused = answers.filter(({ status }) => status !== 201).length
      const p99 = latency(during, 0.99)
      const isAtRate =
        perSecond >= RATE_MIN_SHARE * MAILS_A_SECOND && perSecond <= RATE_MAX_SHARE * MAILS_A_SECOND
      return {
        ok: left + lost + twice + unsent + refused === 0 && isAtRate && p99 <= BOOKING_P99_MAX_MS,
        figure: [
          `${thousands(mails)} mails that waited, ${INSTANCES} instances: ${perSecond.toFixed(1)} a second of ${MAILS_A_SECOND} that were set, drained in ${inSeconds(ms)}`,
          `lost ${lost}, twice ${twice}, not noted as sent ${unsent + left}`,
          `${BOOKINGS_A_SECOND} bookings a second: alone p50 ${inMs(latency(alone, 0.5))}, p99 ${inMs(latency(alone, 0.99))}; meanwhile p50 ${inMs(latency(during, 0.5))}, p99 ${inMs(p99)}`,
          outcomes(answers),
          quick && 'quick',
        ],
      }
    })
  },
}

/** Returns a function that books at a steady pace, for so many seconds or as long as something lasts. */
function createBooker({ apis }: World, { people, events }: Group) {
  const next = deal({ people, events, order: 'spread' })
  let turn = 0
  return async (lasting: number | Promise<unknown>): Promise<Answer[]> => {
    const client = createClient()
    const answers: Answer[] = []
    let isOver = false
    const end = typeof lasting === 'number' ? sleep(lasting * 1_000) : lasting
    void end.finally(() => {
      isOver = true
    })
    await atPace({ perSecond: BOOKINGS_A_SECOND, concurrencyMax: 64, isOver: () => isOver }, async () => {
      const dealt = next()
      if (!dealt) return
      const { url } = apis[turn++ % apis.length] as { url: string }
      const { token } = dealt.person
      const body = { event_id: dealt.event }
      answers.push(await client.call('POST', `${url}/api/bookings/`, { token, body }))
    })
    client.close()
    return answers
  }
}

/** Straight into the database: somebody has booked for each, and all of them are due at once. */
async function oweMails(world: World): Promise<void> {
  const [event] = world.group.events
  const ids = world.group.people.map(({ id }) => id).join()
  await queryMain(
    world,
    `with booked as (
       insert into bookings (user_id, event_id, during)
       select users.id, events.id, tstzrange(start_datetime, end_datetime)
       from users, events where events.id = ${event} and users.id in (${ids}) returning id, user_id, event_id
     ),
     counted as (
       update events set current_participants = (select count(*) from booked), revision = revision + 1 where id = ${event}
     )
     insert into mails (reason, kind, user_id, event_id, booking_id, details, next_attempt_at, created_at)
     select 'backlog:' || id, 'booking-confirmed', user_id, event_id, id, '{}', now(), now() from booked`,
  )
}

/** Until none of them waits. Resolves with how many still do, and how long it took. */
async function untilDrained(world: World, maxMs: number): Promise<{ left: number; ms: number }> {
  const beganAt = performance.now()
  for (;;) {
    await sleep(500)
    const { left } = await queryOne<{ left: number }>(
      world,
      `select count(*)::int as left from mails where reason like 'backlog:%' and ended_at is null`,
    )
    const ms = performance.now() - beganAt
    if (left === 0 || ms > maxMs) return { left, ms }
  }
}

/** What the mail server got, held against what was owed. */
async function judge(world: World, receiver: SmtpReceiver) {
  const rows = await queryMain<{ email: string; status: string }>(
    world,
    `select email, status from mails join users on users.id = user_id where reason like 'backlog:%'`,
  )
  const arrivals = Map.groupBy(receiver.mails, ({ id }) => id)
  const people = new Set(receiver.mails.map(({ to }) => to))
  return {
    lost: rows.filter(({ email }) => !people.has(email)).length + (world.group.people.length - rows.length),
    twice: [...arrivals.values()].filter((mails) => mails.length > 1).length,
    unsent: rows.filter(({ status }) => status !== 'sent').length,
  }
}
