import assert from 'node:assert/strict'
import type { Email } from 'postal-mime'
import { oweResets } from '#booking/account/recovery/password-reset.service.ts'
import { MAIL_KINDS } from '#booking/mail/kinds/mail-kinds.ts'
import { planReminders } from '#booking/mail/planning/planner.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { tokenIn } from '#harness/apps/test-links.ts'
import { sendMails } from '#harness/apps/test-mail.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { aFacilitator, aUser } from '#harness/data/factories.ts'

/** A mail as it arrived. `name`: its kind, with what sets it apart when there are several of the kind. */
export type ArrivedMail = { name: string; email: Email }

/** One of every kind, caused by what people do and sent over SMTP, with long titles, and names of many scripts. */
export async function causeEveryMail(): Promise<ArrivedMail[]> {
  const receiver = await startSmtpReceiver()
  const booking = await startTestBooking({ env: { ...STUDIO, SMTP_URL: receiver.url } })
  const studio: Studio = { booking, receiver, arrived: [], ...(await staff(booking)) }
  try {
    for (const cause of [ofBookings, ofLines, ofMoves, ofEnds, ofMessages, ofReminders, ofAccounts])
      await cause(studio)
    const kinds = new Set(studio.arrived.map(({ kind }) => kind))
    assert.deepEqual([...kinds].sort(), Object.keys(MAIL_KINDS).sort(), 'one of every kind')
    return studio.arrived
  } finally {
    await booking.close()
    await receiver.close()
  }
}

const STUDIO = {
  MAIL_FROM: 'hello@stillwaters.example',
  STUDIO_NAME: 'Still Waters',
  STUDIO_ADDRESS: 'Am Sandtorkai 1, 20457 Hamburg, Germany',
  PUBLIC_URL: 'https://booking.stillwaters.example',
}

const PASSWORD = 'demo-password-123'
const DAY_MS = 86_400_000
const LONG_TITLE =
  'Slow Flow, Yin and Yoga Nidra: a long evening of letting go for tired backs, necks and minds'
const ANN = { first_name: 'Ann', last_name: 'O’Neill' }
const NOA = { first_name: 'נועה', last_name: 'בן־דוד' }
const DARCY = { first_name: "D'Arcy", last_name: 'Featherstonehaugh-Cholmondeley' }
const LAYLA = { first_name: 'ليلى', last_name: 'حداد' }
const PIM = { first_name: 'Pim', last_name: "van 't Hoff" }

type Person = { id: number; email: string }
type Studio = {
  booking: TestBooking
  receiver: SmtpReceiver
  organiser: Person
  admin: Person
  facilitator_id: number
  arrived: (ArrivedMail & { kind: string })[]
}

async function staff({ deps }: TestBooking) {
  const named = { first_name: 'Siobhán', last_name: "O'Hara" }
  const organiser = await aUser(deps, { email: 'siobhan@stillwaters.example', ...named })
  const { id: facilitator_id } = await aFacilitator(deps, { user_id: organiser.id, ...named })
  return { organiser, facilitator_id, admin: await aUser(deps, { is_admin: true }) }
}

/** Sends everything that is due, and keeps the newest mail of this kind to this address. */
async function collect(studio: Studio, name: string, kind: string, to: { email: string }): Promise<void> {
  const { booking, receiver } = studio
  while (await oweResets(booking.deps)) {}
  await sendMails(booking.deps)
  for (const { id, to: address, email } of receiver.mails.toReversed()) {
    const [, number] = /^<mail-(\d+)\./.exec(id) ?? []
    const mail = await mailStore.find(booking.deps.db, Number(number))
    if (address === to.email && mail?.kind === kind) {
      studio.arrived.push({ name, kind, email })
      return
    }
  }
  throw new Error(`No mail of the kind ${kind} has arrived at ${to.email}`)
}

async function act(
  { booking }: Studio,
  as: Person | undefined,
  method: 'POST' | 'PUT',
  path: string,
  body?: object,
) {
  // The clock moves here: a token of before may be over.
  const token = as && (await booking.deps.identity.sessions.issue('access', as as never))
  const answer = await booking.request(method, path, { token, ...(body && { body }) })
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

let days = 3

/** An hour and a half, two days after the one before. */
async function anEvent(studio: Studio, more: object = {}): Promise<number> {
  days += 2
  const day = new Date(studio.booking.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10)
  const { event } = await act(studio, studio.organiser, 'POST', '/api/events/', {
    title: 'Morning Meditation by the Harbour',
    event_type: 'session',
    start_datetime: `${day}T17:00:00Z`,
    end_datetime: `${day}T18:30:00Z`,
    timezone: 'Europe/Berlin',
    location: 'Second floor, Speicher 4, Am Sandtorkai 1, Hamburg',
    max_participants: 12,
    ...more,
  })
  return event.id
}

async function book(studio: Studio, person: Person, event_id: number, notes?: string): Promise<number> {
  const body = { event_id, notes: notes ?? null }
  return (await act(studio, person, 'POST', '/api/bookings/', body)).booking.id
}

async function ofBookings(studio: Studio): Promise<void> {
  const { booking, organiser, admin } = studio
  const [ann, noa, darcy, layla, pim] = [
    await aUser(booking.deps, ANN),
    await aUser(booking.deps, NOA),
    await aUser(booking.deps, DARCY),
    await aUser(booking.deps, LAYLA),
    await aUser(booking.deps, PIM),
  ]
  const event_id = await anEvent(studio, {
    title: LONG_TITLE,
    price: 24.5,
    virtual_link: 'https://meet.example.com/j/84315550123?pwd=VGhpc0lzQVZlcnlMb25nUGFzc3dvcmQ',
    requirements: 'Bring a blanket, warm socks and something to drink. Please be there ten minutes before.',
    cancellation_deadline_hours: 24,
  })
  const seats = [await book(studio, darcy, event_id)]
  await collect(studio, 'booking-confirmed', 'booking-confirmed', darcy)
  for (const person of [ann, noa, layla, pim])
    seats.push(await book(studio, person, event_id, 'Something about health'))
  await tellFacilitators(booking)
  await collect(studio, 'bookings-made', 'bookings-made', organiser)

  await act(studio, noa, 'PUT', `/api/bookings/${seats[2]}/cancel`)
  await collect(studio, 'booking-cancelled', 'booking-cancelled', noa)
  await act(studio, admin, 'POST', `/api/users/${pim.id}/cancel-bookings`, {
    reason: 'We have spoken on the phone.\nYou are welcome again in January!',
  })
  await collect(studio, 'booking-cancelled-by-the-studio', 'booking-cancelled', pim)
  await tellFacilitators(booking)
  await collect(studio, 'bookings-cancelled', 'bookings-cancelled', organiser)
}

/** Lets the ten minutes pass whose bookings are one mail. */
async function tellFacilitators({ deps, clock }: TestBooking): Promise<void> {
  await sendMails(deps)
  clock.advance(660)
}

async function ofLines(studio: Studio): Promise<void> {
  const [first, next] = [await aUser(studio.booking.deps), await aUser(studio.booking.deps, LAYLA)]
  const event_id = await anEvent(studio, {
    max_participants: 1,
    title: 'شروق: يوغا هادئة عند الماء',
    price: 18,
  })
  const seat = await book(studio, first, event_id)
  await act(studio, next, 'POST', `/api/events/${event_id}/waitlist`)
  await act(studio, first, 'PUT', `/api/bookings/${seat}/cancel`)
  await collect(studio, 'booking-promoted', 'booking-promoted', next)
}

async function ofMoves(studio: Studio): Promise<void> {
  const [person, waiting] = [await aUser(studio.booking.deps, DARCY), await aUser(studio.booking.deps, ANN)]
  const link = 'https://meet.example.com/j/84315550123'
  const event_id = await anEvent(studio, { title: LONG_TITLE, virtual_link: link, max_participants: 1 })
  await book(studio, person, event_id)
  await act(studio, waiting, 'POST', `/api/events/${event_id}/waitlist`)
  await sendMails(studio.booking.deps)
  days += 2
  const day = new Date(studio.booking.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10)
  await act(studio, studio.organiser, 'PUT', `/api/events/${event_id}`, {
    start_datetime: `${day}T18:15:00Z`,
    end_datetime: `${day}T19:45:00Z`,
    location: 'Garden room, Speicher 4, Am Sandtorkai 1, Hamburg',
    virtual_link: 'https://meet.example.com/j/99900001111',
  })
  studio.booking.clock.advance(60)
  await collect(studio, 'event-moved', 'event-moved', person)
  await collect(studio, 'event-moved-to-the-waiting-list', 'event-moved', waiting)
}

async function ofEnds(studio: Studio): Promise<void> {
  const [attendee, waiting] = [await aUser(studio.booking.deps, PIM), await aUser(studio.booking.deps, ANN)]
  const event_id = await anEvent(studio, { max_participants: 1, title: 'Stille am See: ein Tag für mich' })
  await book(studio, attendee, event_id)
  await act(studio, waiting, 'POST', `/api/events/${event_id}/waitlist`)
  const reason = 'Siobhán has a cold and no voice.\n\nShe will be back next week.'
  await act(studio, studio.organiser, 'PUT', `/api/events/${event_id}/cancel`, { reason })
  await collect(studio, 'event-cancelled', 'event-cancelled', attendee)
  await collect(studio, 'event-cancelled-to-the-waiting-list', 'event-cancelled', waiting)
}

async function ofMessages(studio: Studio): Promise<void> {
  const person = await aUser(studio.booking.deps, NOA)
  const event_id = await anEvent(studio, {
    title: 'A Weekend of Silence at Beech Lodge',
    event_type: 'retreat',
  })
  await book(studio, person, event_id)
  await act(studio, studio.organiser, 'POST', `/api/events/${event_id}/messages`, {
    subject: 'What to bring, and how to find us',
    text: 'Dear all,\n\nthe road is closed, so please come by the lower gate: https://maps.example.com/lower-gate\nBring rain clothes and a cup.\n\nSee you soon\nSiobhán',
  })
  await collect(studio, 'event-message', 'event-message', person)
  await collect(studio, 'event-message-copy', 'event-message-copy', studio.organiser)
}

async function ofReminders(studio: Studio): Promise<void> {
  const { deps, clock } = studio.booking
  const person = await aUser(deps, ANN)
  const event_id = await anEvent(studio, { title: "Qi Gong in the Dockers' Hall", price: 15 })
  await book(studio, person, event_id)
  const { start_datetime } = await deps.db
    .selectFrom('events')
    .select('start_datetime')
    .where('id', '=', event_id)
    .executeTakeFirstOrThrow()
  clock.advance((start_datetime.getTime() - clock.now().getTime()) / 1_000 - 23.9 * 3_600)
  await planReminders(deps)
  await collect(studio, 'reminder', 'reminder', person)
}

async function ofAccounts(studio: Studio): Promise<void> {
  const email = 'leila.haddad@mail.example'
  const account = { email, password: PASSWORD, ...LAYLA }
  await act(studio, undefined, 'POST', '/api/auth/register', account)
  await collect(studio, 'email-confirmation', 'email-confirmation', { email })
  await act(studio, undefined, 'POST', '/api/auth/forgot-password', { email })
  await collect(studio, 'password-reset', 'password-reset', { email })
  const token = tokenIn(studio.arrived.at(-1)?.email.text ?? '')
  const password = `${PASSWORD}-new`
  await act(studio, undefined, 'POST', '/api/auth/reset-password', { token, password })
  await collect(studio, 'password-changed', 'password-changed', { email })
  const { access_token } = await act(studio, undefined, 'POST', '/api/auth/login', { email, password })
  const body = { email: `new-${email}`, current_password: password }
  const { status } = await studio.booking.request('PUT', '/api/auth/profile', { token: access_token, body })
  assert.equal(status, 200)
  await collect(studio, 'email-changed', 'email-changed', { email })
}
