import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { cancelAll } from '#booking/account/cancel-all.service.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { untilSomebodyWaits } from '#harness/faults/lock-waiters.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { takeSeats } from './seat.store.ts'

/** Bookings while the account or session ends, at the same moment or just before. */

const PASSWORD = 'the-only-password'
let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(PASSWORD)
})
after(() => booking.close())

const someone = () => aUser(booking.deps, { password_hash })
const book = (token: string, event_id: number, headers: Record<string, string> = {}) =>
  booking.request('POST', '/api/bookings/', { token, body: { event_id }, headers })
const wait = (token: string, event_id: number) =>
  booking.request('POST', `/api/events/${event_id}/waitlist`, { token, body: {} })
const seats = async (id: number) =>
  (
    await booking.deps.db
      .selectFrom('events')
      .select('current_participants')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).current_participants

test('a booking or a place on a waiting list that waits for the end of its session is refused', async () => {
  for (const ask of [book, wait]) {
    const { token, id } = await someone()
    await booking.request('GET', '/api/auth/profile', { token })
    const event_id = await anEvent(
      booking.deps,
      ask === wait ? { max_participants: 1, current_participants: 1 } : {},
    )
    const before = await seats(event_id)
    const asking = await booking.deps.db.transaction().execute(async (trx) => {
      await userStore.updateAndEndSessions(trx, id, {})
      const asking = ask(token, event_id)
      await untilSomebodyWaits(booking.deps.db)
      return { answer: asking }
    })
    const { status, body } = await asking.answer
    assert.deepEqual([status, body.code], [401, 'invalid_token'])
    assert.equal(await seats(event_id), before)
  }
})

test('deleting the account while a seat is given cancels that booking', async () => {
  const { deps, clock } = booking
  const { id: user_id, session_version } = await someone()
  const event_id = await anEvent(deps)
  const request = {
    ...{ user_id, session_version, session_id: randomUUID(), event_id, notes: null, idempotency_key: null },
    ...{ request_id: null, trace_parent: null },
  }
  const options = { now: clock.now(), leaseEnd: clock.now(), isGuarded: true, aheadMax: undefined }
  const { done } = await deps.db.transaction().execute(async (trx) => {
    const [outcome] = await takeSeats(trx, [request], options)
    assert.equal(outcome?.kind, 'booked')
    const all = { user_id, actor_id: null, reason: 'account_deleted' as const }
    const cancelling = retryingTransaction(deps.db, (other) => cancelAll(other, all, clock.now()))
    await untilSomebodyWaits(booking.deps.db)
    return { done: cancelling }
  })
  assert.equal((await done).cancelled, 1)
  assert.equal(await seats(event_id), 0)
})

test('who books something else while all of theirs is cancelled loses that too, at the first attempt', async () => {
  const { deps, clock } = booking
  const { token, id: user_id } = await someone()
  const [known, other] = [await anEvent(deps), await anEvent(deps)]
  assert.equal((await book(token, known)).status, 201)
  const { done } = await deps.db.transaction().execute(async (trx) => {
    await eventStore.lock(trx, known)
    const all = { user_id, actor_id: null, reason: 'account_closed' as const }
    const cancelling = deps.db.transaction().execute((own) => cancelAll(own, all, clock.now()))
    cancelling.catch(() => {})
    await untilSomebodyWaits(deps.db)
    assert.equal((await book(token, other)).status, 201)
    return { done: cancelling }
  })
  assert.equal((await done).cancelled, 2)
  assert.deepEqual([await seats(known), await seats(other)], [0, 0])
})

test('a request with a key that is sent again after the session has ended gets no answer, and leaves no key', async () => {
  const { token, id } = await someone()
  const event_id = await anEvent(booking.deps)
  const key = { 'idempotency-key': randomUUID() }
  assert.equal((await book(token, event_id, key)).status, 201)
  assert.equal((await book(token, event_id, key)).headers['idempotency-replayed'], 'true')
  const elsewhere = await booking.startInstance()
  await elsewhere.request('POST', '/api/auth/logout', { token })
  assert.equal(
    (await booking.request('GET', '/api/auth/profile', { token })).status,
    200,
    'known for a second',
  )
  for (const headers of [key, { 'idempotency-key': randomUUID() }]) {
    const { status, body } = await book(token, event_id, headers)
    assert.deepEqual([status, body.code], [401, 'invalid_token'])
  }
  const keys = await booking.deps.db
    .selectFrom('idempotency_keys')
    .select('key')
    .where('user_id', '=', id)
    .execute()
  assert.deepEqual(keys, [{ key: key['idempotency-key'] }])
})

test('the notification has the user as of the booking, not as of the beginning of the request', async () => {
  const elsewhere = await booking.startInstance()
  const { token } = await someone()
  await booking.request('GET', '/api/auth/profile', { token })
  await elsewhere.request('PUT', '/api/auth/profile', { token, body: { first_name: 'Anna', phone: '+49 1' } })
  const { body } = await book(token, await anEvent(booking.deps))
  assert.equal(body.booking.user.first_name, 'Anna')
  const told = booking.crm.received.find(({ booking_id }) => booking_id === body.booking.id)
  assert.deepEqual([told?.user.name, told?.user.phone], ['Anna Other', '+49 1'])
})

test('other writes are authenticated again too, with the same error as at first', async () => {
  const { token } = await someone()
  const elsewhere = await booking.startInstance()
  await booking.request('GET', '/api/auth/profile', { token })
  await elsewhere.request('POST', '/api/auth/logout', { token })
  const read = await booking.request('GET', '/api/auth/profile', { token })
  assert.equal(read.status, 200, 'what is only read may be a second old')
  const { status, body } = await booking.request('PUT', '/api/auth/profile', {
    token,
    body: { first_name: 'Late' },
  })
  assert.deepEqual([status, body.code], [401, 'invalid_token'])
})
