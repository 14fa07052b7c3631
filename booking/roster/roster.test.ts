import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import readXlsx from 'read-excel-file/node'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { toLocalText } from '#shared/lib/wall-time.ts'

let booking: TestBooking
let leader: Person
let otherLeader: Person
let admin: Person
let facilitator_id: number

type Person = Awaited<ReturnType<typeof aUser>>

before(async () => {
  booking = await startTestBooking()
  leader = await aUser(booking.deps)
  otherLeader = await aUser(booking.deps)
  admin = await aUser(booking.deps, { is_admin: true })
  facilitator_id = (await aFacilitator(booking.deps, { user_id: leader.id })).id
  await aFacilitator(booking.deps, { user_id: otherLeader.id })
})
after(() => booking.close())

/** Advances the clock, and logs the organiser in again. */
const later = async (seconds: number) => {
  booking.clock.advance(seconds)
  for (const person of [leader, otherLeader, admin])
    person.token = await booking.deps.identity.sessions.issue('access', person)
}
const hours = (count: number) => new Date(booking.clock.now().getTime() + count * 3_600_000)
const anOwnEvent = (overrides = {}) => anEvent(booking.deps, { facilitator_id, ...overrides })
/** Begins on the next day in UTC. */
const anEveningInNewYork = () =>
  anOwnEvent({
    timezone: 'America/New_York',
    start_datetime: new Date('2091-12-02T00:30:00Z'),
    end_datetime: new Date('2091-12-02T01:30:00Z'),
  })
const book = async ({ token }: Person, event_id: number, notes?: string): Promise<number> => {
  const { status, body } = await booking.request('POST', '/api/bookings/', {
    token,
    body: { event_id, notes },
  })
  assert.equal(status, 201, JSON.stringify(body))
  return body.booking.id
}
const put = (path: string, body: unknown, { token }: Person = leader) =>
  booking.request('PUT', `/api/${path}`, { token, body })
const attend = (id: number | string, attendance: unknown, caller?: Person) =>
  put(`bookings/${id}/attendance`, { attendance }, caller)
const pay = (id: number | string, payment_status: unknown, caller?: Person) =>
  put(`bookings/${id}/payment`, { payment_status }, caller)
const cancelFor = (event_id: number, id: number, caller?: Person) =>
  put(`events/${event_id}/bookings/${id}/cancel`, {}, caller)
const roster = ({ token }: Person, event_id: number, query = '') =>
  booking.request('GET', `/api/events/${event_id}/bookings${query}`, { token })
const outcome = async (answer: Promise<{ status: number; body: { code: string } }>) => {
  const { status, body } = await answer
  return [status, body.code]
}
const log = async (subject_id: number) => {
  const { body } = await booking.request('GET', `/api/audit-log?subject=booking&subject_id=${subject_id}`, {
    token: admin.token,
  })
  return body.entries.map(({ actor_id, action, details }: Record<string, unknown>) => [
    actor_id,
    action,
    details,
  ])
}

test('the roster shows by name who comes, to the organiser and to admins', async () => {
  const zoe = await aUser(booking.deps, { first_name: 'Zoe', last_name: 'Adams', phone: '+1234567890' })
  const [ann, bea] = [await aUser(booking.deps, { last_name: 'Zimmer' }), await aUser(booking.deps)]
  const event_id = await anOwnEvent()
  const ids = [await book(ann, event_id), await book(zoe, event_id, 'Bad knee'), await book(bea, event_id)]
  await booking.request('PUT', `/api/bookings/${ids[2]}/cancel`, { token: bea.token })
  for (const caller of [leader, admin]) {
    const { status, body } = await roster(caller, event_id)
    assert.equal(status, 200)
    assert.deepEqual(
      body.bookings.map((each: { id: number }) => each.id),
      [ids[1], ids[2], ids[0]],
    )
    const { booking_date, ...entry } = body.bookings[0]
    assert.match(booking_date, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
    assert.deepEqual(entry, {
      id: ids[1],
      user: { id: zoe.id, email: zoe.email, first_name: 'Zoe', last_name: 'Adams', phone: '+1234567890' },
      status: 'CONFIRMED',
      notes: 'Bad knee',
      payment_status: 'pending',
      price: 25,
      attendance: null,
      checked_in_at: null,
      has_clash: false,
    })
  }
  const confirmed = await roster(leader, event_id, '?status=confirmed&per_page=1&page=2')
  assert.deepEqual(
    confirmed.body.bookings.map((each: { id: number }) => each.id),
    [ids[0]],
  )
  assert.equal(confirmed.body.pagination.total, 2)
})

test('names stand as in a dictionary, whatever their letters and accents', async () => {
  const event_id = await anOwnEvent()
  for (const last_name of ['Zimmer', 'de la Cruz', 'Ångström', 'Özil', 'Oz'])
    await book(await aUser(booking.deps, { last_name }), event_id)
  const { body } = await roster(leader, event_id)
  assert.deepEqual(
    body.bookings.map(({ user }: { user: { last_name: string } }) => user.last_name),
    ['Ångström', 'de la Cruz', 'Oz', 'Özil', 'Zimmer'],
  )
})

test('the roster can be had as a file that no spreadsheet runs', async () => {
  const ann = await aUser(booking.deps, { first_name: '=1+1', last_name: 'O"Neill, Ann', phone: null })
  const event_id = await anEveningInNewYork()
  const id = await book(ann, event_id, '@SUM(A1)\nsecond line')
  const gone = await aUser(booking.deps)
  await cancelFor(event_id, await book(gone, event_id))
  const { status, headers, body } = await roster(leader, event_id, '?format=CSV&status=confirmed&per_page=1')
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'text/csv; charset=utf-8')
  assert.equal(headers['content-disposition'], `attachment; filename="event-${event_id}-bookings.csv"`)
  assert.ok(body.startsWith('\uFEFF'), 'spreadsheets take it for UTF-8')
  const [head, ...records] = body.slice(1).split('\r\n')
  assert.equal(
    head,
    'booking_id,last_name,first_name,email,phone,status,payment_status,attendance,checked_in_at,booking_date,has_clash,notes,user_id,' +
      'event_start_datetime,event_start_local,event_timezone,price',
  )
  const booked_at = booking.clock.now().toISOString().slice(0, 19)
  assert.deepEqual(records, [
    `${id},"O""Neill, Ann",'=1+1,${ann.email},,CONFIRMED,pending,,,${booked_at},false,"'@SUM(A1)\nsecond line",${ann.id},` +
      '2091-12-02T00:30:00,2091-12-01 19:30,America/New_York,25',
    '',
  ])
  assert.equal((await roster(leader, event_id, '?format=csv&per_page=1')).body.split('\r\n').length, 4)
  const bySemicolon = await roster(leader, event_id, '?format=csv&status=confirmed&sep=;')
  assert.match(bySemicolon.body, /^\uFEFFbooking_id;last_name;/)
  assert.ok(bySemicolon.body.includes(`\r\n${id};"O""Neill, Ann";'=1+1;`))
  assert.equal(
    (await roster(leader, event_id, '?format=csv&status=confirmed&sep=%3B')).body,
    bySemicolon.body,
  )
  assert.match((await roster(leader, event_id, '?format=csv&sep=TAB')).body, /^\uFEFFbooking_id\tlast_name\t/)
  assert.deepEqual(await outcome(roster(ann, event_id, '?format=csv')), [403, 'not_the_organiser'])
})

test('the roster can be had as a workbook in words and by the clock of the event', async () => {
  const prince = await aUser(booking.deps, { first_name: 'Zoë', last_name: '=1+1', phone: '+49 151 2345678' })
  const zeros = await aUser(booking.deps, { first_name: 'Ann', last_name: 'Zeros', phone: '0049 151' })
  const event_id = await anEveningInNewYork()
  const ids = [await book(prince, event_id, 'Bad knee'), await book(zeros, event_id)]
  await pay(ids[0] as number, 'paid')
  await cancelFor(event_id, ids[1] as number)
  const { statusCode, headers, rawPayload } = await booking.app.inject({
    url: `/api/events/${event_id}/bookings?format=xlsx`,
    headers: { authorization: `Bearer ${leader.token}` },
  })
  assert.equal(statusCode, 200)
  assert.equal(headers['content-type'], 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  assert.equal(headers['content-disposition'], `attachment; filename="event-${event_id}-bookings.xlsx"`)
  const [sheet] = await readXlsx(rawPayload)
  const booked = toLocalText(booking.clock.now(), 'America/New_York')
  const [head, ...rows] = sheet?.data ?? []
  const shown = rows.map((row) => Object.fromEntries(row.map((cell, i) => [String(head?.[i]), cell])))
  const common = {
    'Price (EUR)': 25,
    Attendance: null,
    'Checked in': null,
    Booked: booked,
    'Has another booking then': 'No',
    'Event starts': '2091-12-01 19:30',
    'Time zone': 'America/New_York',
  }
  assert.deepEqual(shown, [
    {
      ...common,
      'Last name': '=1+1',
      'First name': 'Zoë',
      'E-mail': prince.email,
      Phone: '+49 151 2345678',
      Status: 'Booked',
      Payment: 'Paid',
      Note: 'Bad knee',
      'Booking number': ids[0],
    },
    {
      ...common,
      'Last name': 'Zeros',
      'First name': 'Ann',
      'E-mail': zeros.email,
      Phone: '0049 151',
      Status: 'Cancelled',
      Payment: 'Not paid',
      Note: null,
      'Booking number': ids[1],
    },
  ])
  assert.deepEqual(await outcome(roster(prince, event_id, '?format=xlsx')), [403, 'not_the_organiser'])
})

test('the roster is for nobody else, and says what it cannot read', async () => {
  const attendee = await aUser(booking.deps)
  const event_id = await anOwnEvent()
  await book(attendee, event_id)
  for (const caller of [attendee, otherLeader, await aUser(booking.deps)])
    assert.deepEqual(await outcome(roster(caller, event_id)), [403, 'not_the_organiser'])
  assert.deepEqual(await outcome(roster(leader, 999_999)), [404, 'event_not_found'])
  assert.equal((await booking.request('GET', `/api/events/${event_id}/bookings`)).status, 401)
  for (const [query, field] of [
    ['status=lost', 'status'],
    ['page=0', 'page'],
    ['format=pdf', 'format'],
    ['format=csv&sep=|', 'sep'],
  ]) {
    const { status, body } = await roster(leader, event_id, `?${query}`)
    assert.deepEqual([status, body.details[0].field], [400, field])
  }
})

test('an organiser cancels a booking after the attendees’ deadline, and the first waiting person is promoted', async () => {
  const [attendee, waiter] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anOwnEvent({
    max_participants: 1,
    start_datetime: hours(20),
    cancellation_deadline_hours: 24,
  })
  const id = await book(attendee, event_id)
  await booking.request('POST', `/api/events/${event_id}/waitlist`, { token: waiter.token, body: {} })
  for (const caller of [attendee, otherLeader, waiter])
    assert.deepEqual(await outcome(cancelFor(event_id, id, caller)), [403, 'not_the_organiser'])
  const { status, body } = await cancelFor(event_id, id)
  assert.deepEqual([status, body.booking.id, body.booking.status], [200, id, 'CANCELLED'])
  assert.deepEqual((await log(id))[0], [leader.id, 'booking.cancelled', { event_id }])
  assert.deepEqual(await outcome(cancelFor(event_id, id)), [400, 'already_cancelled'])
  const { bookings } = (await roster(leader, event_id, '?status=confirmed')).body
  assert.deepEqual([bookings.length, bookings[0].user.id], [1, waiter.id])

  const elsewhere = await book(attendee, await anOwnEvent())
  assert.deepEqual(await outcome(cancelFor(event_id, elsewhere)), [404, 'booking_not_found'])
  assert.deepEqual(await outcome(cancelFor(event_id, 999_999)), [404, 'booking_not_found'])
  assert.deepEqual(await outcome(cancelFor(999_999, id)), [404, 'event_not_found'])
  assert.equal((await booking.request('PUT', `/api/events/${event_id}/bookings/${id}/cancel`)).status, 401)
  await later(21 * 3_600)
  assert.deepEqual(await outcome(cancelFor(event_id, bookings[0].id)), [400, 'event_started'])
})

test('checking in is possible from a day before the start, missing it only after', async () => {
  const attendee = await aUser(booking.deps)
  const start_datetime = hours(26)
  const event_id = await anOwnEvent({ start_datetime })
  const id = await book(attendee, event_id)
  const early = await attend(id, 'attended')
  assert.deepEqual([early.status, early.body.code], [400, 'too_early_to_check_in'])
  const doors = new Date(start_datetime.getTime() - 86_400_000).toISOString().slice(0, 19)
  assert.ok(early.body.error.includes(doors), early.body.error)
  await later(2 * 3_600)

  const { status, body } = await attend(id, 'attended')
  assert.deepEqual([status, body.message], [200, 'Attendance marked successfully'])
  const { attendance, checked_in_at } = body.booking
  assert.deepEqual([attendance, checked_in_at], ['attended', hours(0).toISOString().slice(0, 19)])
  await later(60)
  assert.deepEqual(
    (await attend(id, 'attended', admin)).body.booking,
    body.booking,
    'saying it again is nothing new',
  )
  assert.deepEqual(await outcome(attend(id, 'no_show')), [400, 'event_not_started'])
  const taken = (await attend(id, null)).body.booking
  assert.deepEqual([taken.attendance, taken.checked_in_at], [null, null])
  await later(24 * 3_600)
  const missed = (await attend(id, 'no_show')).body.booking
  assert.deepEqual([missed.attendance, missed.checked_in_at], ['no_show', null])
  const change = (from: string | null, to: string | null) => [
    leader.id,
    'booking.attendance_marked',
    { event_id, from, to },
  ]
  assert.deepEqual((await log(id)).slice(0, 3), [
    change(null, 'no_show'),
    change('attended', null),
    change(null, 'attended'),
  ])
})

test('what was paid is what the booking cost when it was marked as paid', async () => {
  const [attendee, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anOwnEvent({ price: 40 })
  const [id, early] = [await book(attendee, event_id), await book(other, event_id)]
  await sql`update bookings set booked_price = null where id = ${early}`.execute(booking.deps.db)
  const cost = (price: number) => put(`events/${event_id}`, { price })
  const priceAs = async (status: string, of = id) => (await pay(of, status)).body.booking.price
  await cost(30)
  assert.deepEqual([await priceAs('paid'), await priceAs('paid', early)], [30, 30])
  await cost(50)
  assert.equal(await priceAs('paid', early), 30, 'also of bookings before the price was kept')
  assert.equal(await priceAs('pending'), 30, 'taken back in the person’s favour')
  await cost(20)
  assert.equal(await priceAs('pending'), 20)
  assert.equal(await priceAs('paid'), 20)
  await cost(10)
  assert.equal(await priceAs('refunded'), 20)
  assert.equal(await priceAs('paid'), 20, 'a refund that is taken back is no new payment')
  await cost(60)
  await cancelFor(event_id, id)
  assert.equal(await priceAs('refunded'), 20)
  const own = await booking.request('GET', `/api/bookings/${id}`, { token: attendee.token })
  assert.equal(own.body.booking.price, 20)
})

test('payments are marked at the desk; only paid bookings are refunded, also cancelled ones', async () => {
  const attendee = await aUser(booking.deps)
  const event_id = await anOwnEvent()
  const id = await book(attendee, event_id)
  assert.deepEqual(await outcome(pay(id, 'refunded')), [409, 'not_paid'])
  const { status, body } = await pay(id, 'paid')
  assert.deepEqual(
    [status, body.message, body.booking.payment_status],
    [200, 'Payment marked successfully', 'paid'],
  )
  assert.deepEqual((await pay(id, 'paid', admin)).body.booking, body.booking)
  assert.equal(
    (await pay(id, 'pending')).body.booking.payment_status,
    'pending',
    'a mistake can be taken back',
  )
  await pay(id, 'paid')
  const own = await booking.request('GET', `/api/bookings/${id}`, { token: attendee.token })
  assert.equal(own.body.booking.payment_status, 'paid')
  await cancelFor(event_id, id)
  assert.deepEqual(await outcome(pay(id, 'pending')), [409, 'booking_cancelled'])
  assert.equal((await pay(id, 'refunded')).body.booking.payment_status, 'refunded')
  assert.deepEqual(await outcome(pay(id, 'paid')), [409, 'booking_cancelled'])
  assert.deepEqual(await outcome(attend(id, 'attended')), [409, 'booking_cancelled'])
  assert.equal(
    (await log(id)).filter(([, action]: string[]) => action === 'booking.payment_marked').length,
    4,
  )
})

test('attendees may not mark themselves, and strangers get 404', async () => {
  const attendee = await aUser(booking.deps)
  const id = await book(attendee, await anOwnEvent({ start_datetime: hours(5) }))
  for (const mark of [attend, pay]) {
    const value = mark === attend ? 'attended' : 'paid'
    assert.deepEqual(await outcome(mark(id, value, attendee)), [403, 'not_the_organiser'])
    for (const caller of [otherLeader, await aUser(booking.deps)])
      assert.deepEqual(await outcome(mark(id, value, caller)), [404, 'booking_not_found'])
    for (const unknown of [999_999, 0, 'abc']) assert.equal((await mark(unknown, value)).status, 404)
    for (const bad of [undefined, 'ATTENDED', 1, {}]) assert.equal((await mark(id, bad)).status, 400)
  }
  assert.equal((await pay(id, null)).status, 400)
  assert.equal((await attend(id, 'maybe')).body.error.includes('attended, no_show, null'), true)
  assert.equal((await booking.request('PUT', `/api/bookings/${id}/attendance`)).status, 401)
  assert.equal((await booking.request('PUT', `/api/bookings/${id}/payment`)).status, 401)
})
