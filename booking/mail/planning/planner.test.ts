import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails, waitForPlanner } from '#harness/apps/test-mail.ts'
import { aFacilitator, anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { adoptDatabase, planNext } from './planner.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

type Person = Awaited<ReturnType<typeof aUser>>

const book = async ({ token }: Person, event_id: number): Promise<number> =>
  (await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).body.booking.id
const kindsOf = async ({ id }: Person) => (await mailsOf(booking.deps, id)).map(({ kind }) => kind)

/** An entry like those of bookings, by hand. */
const entryAbout = (booking_id: number) => ({
  at: booking.clock.now(),
  actor_id: null,
  action: 'booking.promoted',
  subject: 'booking' as const,
  subject_id: booking_id,
})

test('an entry that commits after one with a higher id is not skipped, as it is by a cursor over ids', async () => {
  const { db } = booking.deps
  const [early, late] = [await aUser(booking.deps), await aUser(booking.deps)]
  const ids = [await book(early, await anEvent(booking.deps)), await book(late, await anEvent(booking.deps))]
  await planMails(booking.deps)
  let cursorOverIds = 0
  const readByIds = async () => {
    const found = await db
      .selectFrom('audit_log')
      .select(['id', 'subject_id'])
      .where('action', '=', 'booking.promoted')
      .where('id', '>', cursorOverIds)
      .orderBy('id')
      .execute()
    cursorOverIds = found.at(-1)?.id ?? cursorOverIds
    return found.map(({ subject_id }) => subject_id)
  }
  const written = Promise.withResolvers<void>()
  const mayCommit = Promise.withResolvers<void>()
  const slow = db.transaction().execute(async (trx) => {
    await auditLog.record(trx, entryAbout(ids[0] ?? 0))
    written.resolve()
    await mayCommit.promise
  })
  await written.promise
  await auditLog.record(db, entryAbout(ids[1] ?? 0))
  const byIds = await readByIds()
  while (await planNext(booking.deps)) {}
  mayCommit.resolve()
  await slow
  byIds.push(...(await readByIds()))
  await planMails(booking.deps)
  assert.deepEqual(byIds, [ids[1]], 'the control: a cursor over ids has lost the first')
  for (const person of [early, late])
    assert.deepEqual(await kindsOf(person), ['booking-confirmed', 'booking-promoted'])
})

test('several instances plan everything once', async () => {
  const other = await booking.startInstance()
  const event_id = await anEvent(booking.deps, { max_participants: 40 })
  const people: Person[] = []
  for (let i = 0; i < 30; i++) people.push(await aUser(booking.deps))
  await Promise.all(people.map((person) => book(person, event_id)))
  await Promise.all([planMails(booking.deps), planMails(other.deps), planMails(booking.deps)])
  for (const person of people) assert.deepEqual(await kindsOf(person), ['booking-confirmed'])
})

test('a plan says that there is more only when it was as large as it may be', async () => {
  const id = await book(await aUser(booking.deps), await anEvent(booking.deps))
  await waitForPlanner(booking.deps)
  assert.equal(await planNext(booking.deps), false)
  const { db } = booking.deps
  await auditLog.record(
    db,
    ...Array.from({ length: 2_000 }, () => ({ ...entryAbout(id), action: 'user.logged_in' })),
  )
  await waitForPlanner(booking.deps)
  assert.equal(await planNext(booking.deps), true)
  assert.equal(await planNext(booking.deps), false)
})

test('what is rolled back is not told', async () => {
  const person = await aUser(booking.deps)
  const id = await book(person, await anEvent(booking.deps))
  await planMails(booking.deps)
  const { db } = booking.deps
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await auditLog.record(trx, entryAbout(id))
      throw new Error('no')
    }),
  )
  await planMails(booking.deps)
  assert.deepEqual(await kindsOf(person), ['booking-confirmed'])
})

test('after a move to another PostgreSQL what was not planned is, once, and later entries too', async () => {
  const { db } = booking.deps
  const [before, unplanned, later] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  await book(before, await anEvent(booking.deps))
  await planMails(booking.deps)
  await book(unplanned, await anEvent(booking.deps))
  // As copied from a cluster whose transaction ids are far ahead.
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    await sql`alter table audit_log disable trigger user`.execute(trx)
    await sql`
      update audit_log set xact = (xact::text::bigint + 1000000)::text::xid8
      where xact is not null`.execute(trx)
    await sql`alter table audit_log enable trigger user`.execute(trx)
    await sql`
      update mail_cursor set cluster = 'another', position = (position::text::bigint + 1000000)::text::xid8`.execute(
      trx,
    )
  })
  const other = await booking.startInstance()
  await Promise.all([adoptDatabase(booking.deps), adoptDatabase(other.deps)])
  assert.deepEqual(await kindsOf(unplanned), ['booking-confirmed'])
  await book(later, await anEvent(booking.deps))
  await planMails(booking.deps)
  for (const person of [before, unplanned, later])
    assert.deepEqual(await kindsOf(person), ['booking-confirmed'])
})

test('with MAIL=off nothing is owed, also not afterwards', async () => {
  const silent = await startTestBooking({ env: { MAIL: 'off' } })
  const person = await aUser(silent.deps)
  const event_id = await anEvent(silent.deps)
  await silent.request('POST', '/api/bookings/', { token: person.token, body: { event_id } })
  await planMails(silent.deps)
  silent.deps.mail.isOn = true
  await planMails(silent.deps)
  assert.deepEqual(await mailsOf(silent.deps, person.id), [])
  await silent.close()
})

test('facilitators hear of bookings and cancellations in ten minutes’ portions, without notes or what they did themselves', async () => {
  const organiser = await anOrganiser(booking.deps)
  const event_id = await anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, title: 'Yin' })
  const people: Person[] = []
  for (const first_name of ['Una', 'Dua', 'Tria'])
    people.push(await aUser(booking.deps, { first_name, last_name: '' }))
  const [una, dua, tria] = people as [Person, Person, Person]
  await booking.request('POST', '/api/bookings/', {
    token: una.token,
    body: { event_id, notes: 'A bad knee' },
  })
  await planMails(booking.deps)
  const gone = await book(dua, event_id)
  const removed = await book(tria, event_id)
  await planMails(booking.deps)
  await booking.request('PUT', `/api/bookings/${gone}/cancel`, { token: dua.token })
  await booking.request('PUT', `/api/events/${event_id}/bookings/${removed}/cancel`, {
    token: organiser.token,
  })
  const own = async () =>
    (await mailsOf(booking.deps, organiser.id)).map(({ subject, body_text }) => [subject, body_text])
  await sendMails(booking.deps)
  assert.deepEqual(
    await own(),
    [
      [null, null],
      [null, null],
    ],
    'they wait',
  )
  booking.clock.advance(11 * 60)
  await sendMails(booking.deps)
  const [made, cancelled, ...more] = await own()
  assert.equal(more.length, 0)
  assert.match(made?.[0] ?? '', /^A new booking: Yin, /)
  assert.match(made?.[1] ?? '', /This person has booked:\n\n- Una\n/)
  assert.match(made?.[1] ?? '', /Seats: 1 of 20 are taken/)
  assert.doesNotMatch(made?.[1] ?? '', /knee/)
  assert.match(cancelled?.[0] ?? '', /^A cancellation: Yin, /)
  assert.match(cancelled?.[1] ?? '', /- Dua\n/)
  assert.doesNotMatch(cancelled?.[1] ?? '', /Tria/)
  await booking.request('DELETE', '/api/auth/account', { token: una.token, body: { confirm: 'DELETE' } })
  assert.deepEqual((await own())[0]?.[1], null, 'a deleted person’s name is gone from it')
})

test('who cancels and books again is no cancellation, and who does it twice is one person', async () => {
  const organiser = await anOrganiser(booking.deps)
  const event_id = await anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, title: 'Yin' })
  const [zoe, uma] = [
    await aUser(booking.deps, { first_name: 'Zoë', last_name: '' }),
    await aUser(booking.deps, { first_name: 'Uma', last_name: '' }),
  ]
  const cancel = (person: Person, id: number) =>
    booking.request('PUT', `/api/bookings/${id}/cancel`, { token: person.token })
  for (const person of [zoe, uma, uma, zoe]) await cancel(person, await book(person, event_id))
  await book(zoe, event_id)
  await planMails(booking.deps)
  booking.clock.advance(11 * 60)
  await sendMails(booking.deps)
  const told = (await mailsOf(booking.deps, organiser.id)).map(({ subject, body_text }) => [
    subject?.split(':')[0],
    body_text?.match(/^- .*$/gm),
  ])
  assert.deepEqual(told, [
    ['A cancellation', ['- Uma']],
    ['A new booking', ['- Zoë']],
  ])
})

test('an event without a facilitator’s account tells nobody', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  await book(await aUser(booking.deps), await anEvent(booking.deps, { facilitator_id }))
  await planMails(booking.deps)
})
