import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails } from '#harness/apps/test-mail.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { planReminders } from '../planning/planner.ts'
import * as mailStore from '../queue/mail.store.ts'
import { sendOne } from '../sending/sender.ts'

/** A reminder is looked at again at the moment before it is sent, and before each further attempt. */

let receiver: SmtpReceiver
let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>
let admin: Awaited<ReturnType<typeof aUser>>

before(async () => {
  receiver = await startSmtpReceiver()
  booking = await startTestBooking({
    env: { SMTP_URL: receiver.url, MAIL_FROM: 'hello@studio.example' },
  })
  organiser = await anOrganiser(booking.deps)
  admin = await aUser(booking.deps, { is_admin: true })
})
after(async () => {
  await booking.close()
  await receiver.close()
})

type Person = Awaited<ReturnType<typeof aUser>>
type Booked = { person: Person; event_id: number; booking_id: number }

/** The clock moves by days: tokens would be over. */
const as = async (person: Person, method: 'POST' | 'PUT', path: string, body: unknown = {}) => {
  const token = await booking.deps.identity.sessions.issue('access', person)
  const answer = await booking.request(method, path, { token, body })
  assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}
const inHours = (hours: number) => new Date(booking.clock.now().getTime() + hours * 3_600_000)
const moveTo = (event_id: number, hours: number) =>
  as(organiser, 'PUT', `/api/events/${event_id}`, {
    start_datetime: inHours(hours),
    end_datetime: inHours(hours + 1),
  })

/** What makes a reminder untrue, and why it is dropped then. */
const ENDS: Record<string, { end(booked: Booked): Promise<unknown>; why: RegExp }> = {
  'the person cancels': {
    end: ({ person, booking_id }) => as(person, 'PUT', `/api/bookings/${booking_id}/cancel`),
    why: /booking is cancelled/,
  },
  'the facilitator cancels the booking': {
    end: ({ event_id, booking_id }) =>
      as(organiser, 'PUT', `/api/events/${event_id}/bookings/${booking_id}/cancel`),
    why: /booking is cancelled/,
  },
  'an admin cancels all bookings of the person': {
    end: ({ person }) => as(admin, 'POST', `/api/users/${person.id}/cancel-bookings`),
    why: /booking is cancelled/,
  },
  'the event is cancelled': {
    end: ({ event_id }) => as(organiser, 'PUT', `/api/events/${event_id}/cancel`),
    why: /booking is cancelled/,
  },
  'the event is moved to later': { end: ({ event_id }) => moveTo(event_id, 80), why: /was moved/ },
  'the event is moved to sooner': { end: ({ event_id }) => moveTo(event_id, 5), why: /was moved/ },
  'the event begins': { end: async () => booking.clock.advance(24 * 3_600), why: /has begun/ },
  'the account is closed': {
    end: ({ person }) => as(admin, 'PUT', `/api/users/${person.id}`, { is_active: false }),
    why: /account is closed/,
  },
  'the person switches reminders off': {
    end: ({ person }) => as(person, 'PUT', '/api/auth/preferences', { reminders: false }),
    why: /switched such mails off/,
  },
}

/** Somebody with a seat, to whom nothing is owed but a reminder, which is due. */
async function aReminded(): Promise<Booked> {
  const person = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps, {
    facilitator_id: organiser.facilitator_id,
    start_datetime: inHours(30),
  })
  const { booking: made } = await as(person, 'POST', '/api/bookings/', { event_id })
  await sendMails(booking.deps)
  booking.clock.advance(6.5 * 3_600)
  await planReminders(booking.deps)
  await planMails(booking.deps)
  return { person, event_id, booking_id: made.id }
}

const remindersTo = ({ person }: Booked) =>
  receiver.mails.filter(({ to, email }) => to === person.email && email.subject?.startsWith('Reminder'))
const stateOf = async ({ person }: Booked) => {
  const mail = (await mailsOf(booking.deps, person.id)).findLast(({ kind }) => kind === 'reminder')
  return { status: mail?.status, why: mail?.last_error ?? '' }
}

for (const [name, { end, why }] of Object.entries(ENDS)) {
  test(`when ${name} between claiming and sending, no reminder is sent`, async () => {
    const booked = await aReminded()
    const claimed = await mailStore.claimDue(booking.deps.db, booking.clock.now(), 100)
    const [reminder, ...more] = claimed.filter(({ user_id }) => user_id === booked.person.id)
    assert.ok(reminder?.kind === 'reminder' && more.length === 0)
    await end(booked)
    assert.equal(await sendOne(booking.deps, reminder), 'dropped')
    assert.match((await stateOf(booked)).why, why)
    await sendMails(booking.deps)
    assert.equal(remindersTo(booked).length, 0)
  })

  test(`when ${name} while the server defers, no reminder is sent`, async () => {
    const booked = await aReminded()
    receiver.conduct = ({ to }) =>
      to === booked.person.email ? { code: 451, message: '4.3.0 Try later' } : 'accept'
    await sendMails(booking.deps)
    assert.match((await stateOf(booked)).why, /451/)
    await end(booked)
    receiver.conduct = () => 'accept'
    booking.clock.advance(120)
    await sendMails(booking.deps)
    const { status, why: reason } = await stateOf(booked)
    assert.equal(status, 'dropped')
    assert.match(reason, why)
    assert.equal(remindersTo(booked).length, 0)
  })
}

test('when nothing happens meanwhile, it is sent: once, after a server that defers too', async () => {
  const [plain, deferred] = [await aReminded(), await aReminded()]
  receiver.conduct = ({ to }) =>
    to === deferred.person.email ? { code: 451, message: '4.3.0 Try later' } : 'accept'
  await sendMails(booking.deps)
  receiver.conduct = () => 'accept'
  booking.clock.advance(120)
  await sendMails(booking.deps)
  assert.deepEqual([remindersTo(plain).length, remindersTo(deferred).length], [1, 1])
})

test('moved away and back again is as it was: one reminder', async () => {
  const booked = await aReminded()
  await moveTo(booked.event_id, 80)
  await moveTo(booked.event_id, 23.5)
  await planReminders(booking.deps)
  await sendMails(booking.deps)
  assert.equal(remindersTo(booked).length, 1)
})
